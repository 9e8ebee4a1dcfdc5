/** Settings and the only composition root. */
@NullMarked
package io.herald.wiring;

import org.jspecify.annotations.NullMarked;
