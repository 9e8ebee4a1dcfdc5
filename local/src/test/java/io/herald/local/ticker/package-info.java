/** Specifications of the package of the same name. */
@NullMarked
package io.herald.local.ticker;

import org.jspecify.annotations.NullMarked;
