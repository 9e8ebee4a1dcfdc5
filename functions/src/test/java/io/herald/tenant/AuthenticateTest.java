package io.herald.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AuthenticateTest {
    private static final Instant NOW = Instant.parse("2026-11-23T18:00:00Z");

    private final Map<KeyHash, Access> stored = new HashMap<>();
    private final ApiKey key = ApiKey.make(new Random(1));
    private final Authenticate authenticate =
            new Authenticate(
                    hash -> Optional.ofNullable(stored.get(hash)),
                    Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void a_key_gives_the_access_that_is_stored_for_its_hash() {
        var access = store(null);

        assertThat(authenticate.access(key)).contains(access);
        assertThat(authenticate.access(ApiKey.make(new Random(2)))).isEmpty();
    }

    @Test
    void a_key_works_until_the_instant_it_expires() {
        store(NOW.plusNanos(1));
        assertThat(authenticate.access(key)).isPresent();

        store(NOW);
        assertThat(authenticate.access(key)).isEmpty();
    }

    private Access store(@Nullable Instant expiresAt) {
        var access = new Access(new TenantId(new UUID(1, 1)), Set.of(Scope.READ), expiresAt);
        stored.put(key.hash(), access);
        return access;
    }
}
