package io.herald.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.TenantId;
import io.herald.servers.SharedServers;
import io.herald.tenant.Access;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Scope;
import io.lettuce.core.RedisClient;
import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CachedKeysTest {

    private final URI redis = URI.create(SharedServers.get().redis().uri());
    private final RedisCache cache = PatientCache.at(redis);
    private final Map<KeyHash, Access> store = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final CachedKeys keys =
            new CachedKeys(
                    hash -> {
                        questions.incrementAndGet();
                        return Optional.ofNullable(store.get(hash));
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

        store.put(hash, new Access(new TenantId(UUID.randomUUID()), Set.of(Scope.SEND), null));

        assertThat(keys.find(hash)).isPresent();
    }

    @Test
    void a_revoked_key_is_forgotten_within_five_seconds() {
        store.put(hash, new Access(new TenantId(UUID.randomUUID()), Set.of(Scope.SEND), null));
        keys.find(hash);
        try (var client = RedisClient.create(redis.toString());
                var connection = client.connect()) {
            assertThat(connection.sync().pttl("herald:key:" + hash.hex())).isBetween(1L, 5_000L);
            // As if that time had passed.
            store.clear();
            connection.sync().del("herald:key:" + hash.hex());
        }

        assertThat(keys.find(hash)).isEmpty();
    }
}
