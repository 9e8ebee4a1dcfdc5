package io.herald.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.TenantId;
import io.herald.servers.SharedServers;
import io.herald.tenant.Access;
import io.herald.tenant.IssuedKey;
import io.herald.tenant.IssuedKeys;
import io.herald.tenant.KeyHash;
import io.herald.tenant.KeyId;
import io.herald.tenant.Scope;
import io.lettuce.core.RedisClient;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CachedKeysTest {

    private final URI redis = URI.create(SharedServers.get().redis().uri());
    private final AtomicLong time = new AtomicLong(System.nanoTime());
    private final RedisCache cache = PatientCache.at(redis, time::get);
    private final Map<KeyHash, Access> store = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private Runnable beforeAnswer = () -> {};
    private final CachedKeys keys =
            new CachedKeys(
                    hash -> {
                        questions.incrementAndGet();
                        var found = Optional.ofNullable(store.get(hash));
                        beforeAnswer.run();
                        return found;
                    },
                    cache);
    private final KeyId id = new KeyId(new UUID(3, 3));
    private final RevocationsInRedis revocations =
            new RevocationsInRedis(
                    new IssuedKeys() {
                        @Override
                        public void add(IssuedKey key) {
                            throw new UnsupportedOperationException();
                        }

                        @Override
                        public List<IssuedKey> list(TenantId tenant) {
                            throw new UnsupportedOperationException();
                        }

                        @Override
                        public Optional<IssuedKey> revoke(TenantId tenant, KeyId wanted) {
                            var access = store.remove(hash);
                            return access == null
                                    ? Optional.empty()
                                    : Optional.of(
                                            new IssuedKey(
                                                    wanted, hash, "", access, Instant.EPOCH, null));
                        }
                    },
                    cache);
    private final KeyHash hash =
            new KeyHash(
                    UUID.randomUUID().toString().replace("-", "")
                            + UUID.randomUUID().toString().replace("-", ""));

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void a_key_is_read_once_and_comes_back_as_it_was() {
        var access =
                new Access(
                        new TenantId(UUID.randomUUID()),
                        EnumSet.allOf(Scope.class),
                        Instant.parse("2026-01-02T03:04:05.5Z"));
        store.put(hash, access);

        assertThat(keys.find(hash)).contains(access);
        assertThat(keys.find(hash)).contains(access);

        assertThat(questions).hasValue(1);
    }

    @Test
    void a_key_that_does_not_exist_is_asked_for_each_time() {
        assertThat(keys.find(hash)).isEmpty();

        store.put(hash, access());

        assertThat(keys.find(hash)).isPresent();
    }

    @Test
    void where_redis_was_not_told_of_it_a_revoked_key_is_forgotten_within_five_seconds() {
        store.put(hash, access());
        keys.find(hash);
        try (var client = RedisClient.create(redis.toString());
                var connection = client.connect()) {
            assertThat(connection.sync().pttl(name())).isBetween(1L, 5_000L);
            // As if that time had passed.
            store.clear();
            connection.sync().del(name());
        }

        assertThat(keys.find(hash)).isEmpty();
    }

    @Test
    void the_five_seconds_count_from_before_the_store_was_asked() {
        store.put(hash, access());
        beforeAnswer = () -> time.addAndGet(Duration.ofSeconds(3).toNanos());

        assertThat(keys.find(hash)).isPresent();

        try (var client = RedisClient.create(redis.toString());
                var connection = client.connect()) {
            assertThat(connection.sync().pttl(name())).isBetween(1L, 2_000L);
        }
    }

    @Test
    void what_a_reader_was_too_slow_with_is_not_kept() {
        store.put(hash, access());
        beforeAnswer = () -> time.addAndGet(Duration.ofSeconds(5).toNanos());

        assertThat(keys.find(hash)).isPresent();
        assertThat(keys.find(hash)).isPresent();

        assertThat(questions).hasValue(2);
    }

    @Test
    void a_key_that_was_revoked_is_gone_at_once() {
        store.put(hash, access());
        keys.find(hash);

        revoke();

        assertThat(keys.find(hash)).isEmpty();
    }

    @Test
    void a_slow_reader_cannot_put_a_revoked_key_back() {
        store.put(hash, access());
        // The reader has found it; before it can keep it, the key is revoked.
        beforeAnswer =
                () -> {
                    beforeAnswer = () -> {};
                    revoke();
                };

        assertThat(keys.find(hash)).isPresent();

        assertThat(keys.find(hash)).isEmpty();
        try (var client = RedisClient.create(redis.toString());
                var connection = client.connect()) {
            // Longer than any reader is slow.
            assertThat(connection.sync().ttl(name())).isGreaterThan(3_600);
        }
    }

    private void revoke() {
        assertThat(revocations.revoke(access().tenant(), id)).isPresent();
    }

    private String name() {
        return "herald:key:" + hash.hex();
    }

    private static Access access() {
        return new Access(new TenantId(new UUID(1, 1)), Set.of(Scope.SEND), null);
    }
}
