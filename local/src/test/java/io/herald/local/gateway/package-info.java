/** Specifications of the package of the same name. */
@NullMarked
package io.herald.local.gateway;

import org.jspecify.annotations.NullMarked;
