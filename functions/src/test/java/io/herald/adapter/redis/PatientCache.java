package io.herald.adapter.redis;

import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A cache that waits, for tests of what it holds: on a busy machine milliseconds say nothing. */
final class PatientCache {

    private PatientCache() {}

    static RedisCache at(URI address) {
        return at(address, System::nanoTime);
    }

    static RedisCache at(URI address, LongSupplier nanoTime) {
        return new RedisCache(
                address,
                nanoTime,
                new RedisCache.Patience(Duration.ofSeconds(10), Duration.ofSeconds(20)));
    }
}
