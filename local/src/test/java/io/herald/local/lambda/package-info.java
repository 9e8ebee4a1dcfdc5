/** Specifications of the package of the same name. */
@NullMarked
package io.herald.local.lambda;

import org.jspecify.annotations.NullMarked;
