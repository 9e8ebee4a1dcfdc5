/** The contract, held to its schema and to samples of every version. */
@NullMarked
package io.herald.events;

import org.jspecify.annotations.NullMarked;
