package io.herald.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class AuthenticateTest {
    private static final Instant NOW = Instant.parse("2026-11-23T18:00:00Z");

    private final Map<KeyHash, Access> stored = new HashMap<>();
    private final ApiKey key = ApiKey.make(new Random(1));
    private final Access access =
            new Access(new TenantId(new UUID(1, 1)), Set.of(Scope.READ), null);
    private int lookUps;
    private boolean down;
    private long nanoseconds;
    private final Authenticate authenticate =
            new Authenticate(this::find, Clock.fixed(NOW, ZoneOffset.UTC), () -> nanoseconds);

    @Test
    void remembers_a_key_for_three_seconds() {
        stored.put(key.hash(), access);

        assertThat(authenticate.access(key)).contains(access);
        pass(Duration.ofMillis(2_999));
        assertThat(authenticate.access(key)).contains(access);

        assertThat(lookUps).isEqualTo(1);
    }

    @Test
    void a_revoked_key_stops_working_after_three_seconds() {
        stored.put(key.hash(), access);
        authenticate.access(key);
        stored.clear();

        pass(Duration.ofSeconds(3));

        assertThat(authenticate.access(key)).isEmpty();
    }

    @Test
    void remembers_that_there_is_no_such_key() {
        assertThat(authenticate.access(key)).isEmpty();
        assertThat(authenticate.access(key)).isEmpty();
        assertThat(lookUps).isEqualTo(1);

        stored.put(key.hash(), access);
        pass(Duration.ofSeconds(3));
        assertThat(authenticate.access(key)).contains(access);
    }

    @Test
    void a_key_works_until_the_instant_it_expires() {
        stored.put(key.hash(), new Access(access.tenant(), access.scopes(), NOW.plusNanos(1)));
        assertThat(authenticate.access(key)).isPresent();

        var other = ApiKey.make(new Random(2));
        stored.put(other.hash(), new Access(access.tenant(), access.scopes(), NOW));
        assertThat(authenticate.access(other)).isEmpty();
    }

    @Test
    void an_outage_is_not_remembered() {
        stored.put(key.hash(), access);
        down = true;
        assertThatThrownBy(() -> authenticate.access(key))
                .isInstanceOf(StoreUnavailableException.class);

        down = false;
        assertThat(authenticate.access(key)).contains(access);
    }

    @Test
    void forgets_when_it_is_told_to() {
        authenticate.access(key);
        stored.put(key.hash(), access);

        authenticate.forget();

        assertThat(authenticate.access(key)).contains(access);
    }

    private Optional<Access> find(KeyHash hash) {
        lookUps++;
        if (down) {
            throw new StoreUnavailableException("down", new IllegalStateException());
        }
        return Optional.ofNullable(stored.get(hash));
    }

    private void pass(Duration duration) {
        nanoseconds += duration.toNanos();
    }
}
