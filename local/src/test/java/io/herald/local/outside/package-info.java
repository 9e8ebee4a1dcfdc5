/** Specifications of the package of the same name. */
@NullMarked
package io.herald.local.outside;

import org.jspecify.annotations.NullMarked;
