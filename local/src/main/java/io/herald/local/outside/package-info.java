/** Stand-ins for the world outside: what receives the mail and the webhooks. */
@NullMarked
package io.herald.local.outside;

import org.jspecify.annotations.NullMarked;
