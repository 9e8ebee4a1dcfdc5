package io.herald.adapter.redis;

import java.net.URI;
import java.time.Duration;

/** A cache that waits, for tests of what it holds: on a busy machine milliseconds say nothing. */
final class PatientCache {

    private PatientCache() {}

    static RedisCache at(URI address) {
        return new RedisCache(
                address,
                System::nanoTime,
                new RedisCache.Patience(Duration.ofSeconds(10), Duration.ofSeconds(20)));
    }
}
