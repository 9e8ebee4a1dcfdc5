/** Records that could not be decoded, kept with their cause. */
@NullMarked
package io.herald.deadletter;

import org.jspecify.annotations.NullMarked;
