/** How a lane's batch is delivered, against the real store and providers written by hand. */
@NullMarked
package io.herald.delivery;

import org.jspecify.annotations.NullMarked;
