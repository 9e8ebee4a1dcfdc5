package io.herald.local.outside;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link StandInProvider} goes by, whatever form a message came in.
 *
 * @param key its idempotency key
 * @param notification which one it is
 * @param attempt which it says it is; 0 where it does not say
 * @param tenant whose it is; null where it does not say
 * @param user who is told; null when it goes to no user
 * @param to where it goes
 */
record Incoming(
        String key,
        String notification,
        int attempt,
        @Nullable String tenant,
        @Nullable String user,
        String to) {}
