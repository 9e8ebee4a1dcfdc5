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
        return new RedisCache(connection(address, nanoTime));
    }

    static RedisConnection connection(URI address, LongSupplier nanoTime) {
        return new RedisConnection(
                address,
                nanoTime,
                new RedisConnection.Patience(Duration.ofSeconds(10), Duration.ofSeconds(20)));
    }
}
