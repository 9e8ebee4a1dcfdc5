/** Tests of what {@code ./herald chaos} does. */
@NullMarked
package io.herald.chaos;

import org.jspecify.annotations.NullMarked;
