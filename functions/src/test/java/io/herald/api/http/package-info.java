/** How HTTP is read and answered. */
@NullMarked
package io.herald.api.http;

import org.jspecify.annotations.NullMarked;
