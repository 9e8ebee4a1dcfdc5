/** Specifications of the package of the same name. */
@NullMarked
package io.herald.local.poller;

import org.jspecify.annotations.NullMarked;
