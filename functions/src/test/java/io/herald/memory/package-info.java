/** Every port of the store in memory, held to the same contracts as the adapters. */
@NullMarked
package io.herald.memory;

import org.jspecify.annotations.NullMarked;
