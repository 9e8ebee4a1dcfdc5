/** Specifications of the package of the same name. */
@NullMarked
package io.herald.local.isolated;

import org.jspecify.annotations.NullMarked;
