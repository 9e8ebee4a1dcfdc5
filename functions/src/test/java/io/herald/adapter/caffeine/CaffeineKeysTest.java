package io.herald.adapter.caffeine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.contract.SettableClock;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.tenant.Access;
import io.herald.tenant.ApiKey;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CaffeineKeysTest {
    private final Map<KeyHash, Access> stored = new HashMap<>();
    private final KeyHash hash = ApiKey.make(new Random(1)).hash();
    private final Access access =
            new Access(new TenantId(new UUID(1, 1)), Set.of(Scope.READ), null);
    private int lookUps;
    private boolean down;
    private Duration slowness = Duration.ZERO;
    private long nanoseconds;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final CaffeineKeys keys = new CaffeineKeys(this::lookUp, clock, () -> nanoseconds);

    @Test
    void remembers_a_key_for_three_seconds() {
        stored.put(hash, access);

        assertThat(keys.find(hash)).contains(access);
        pass(Duration.ofMillis(2_999));
        assertThat(keys.find(hash)).contains(access);

        assertThat(lookUps).isEqualTo(1);
    }

    @Test
    void a_revoked_key_is_gone_after_three_seconds() {
        stored.put(hash, access);
        assertThat(keys.find(hash)).contains(access);
        stored.clear();

        pass(Duration.ofSeconds(3));

        assertThat(keys.find(hash)).isEmpty();
    }

    @Test
    void the_three_seconds_count_from_before_the_question() {
        stored.put(hash, access);
        slowness = Duration.ofSeconds(2);
        assertThat(keys.find(hash)).contains(access);
        stored.clear();

        pass(Duration.ofMillis(999));
        assertThat(keys.find(hash)).contains(access);
        pass(Duration.ofMillis(1));
        assertThat(keys.find(hash)).isEmpty();
    }

    @Test
    void an_answer_that_took_longer_is_not_remembered() {
        stored.put(hash, access);
        slowness = Duration.ofSeconds(4);
        assertThat(keys.find(hash)).contains(access);
        stored.clear();

        assertThat(keys.find(hash)).isEmpty();
    }

    @Test
    void remembers_that_there_is_no_such_key() {
        assertThat(keys.find(hash)).isEmpty();
        assertThat(keys.find(hash)).isEmpty();
        assertThat(lookUps).isEqualTo(1);

        stored.put(hash, access);
        pass(Duration.ofSeconds(3));
        assertThat(keys.find(hash)).contains(access);
    }

    @Test
    void an_outage_is_not_remembered() {
        stored.put(hash, access);
        down = true;
        assertThatThrownBy(() -> keys.find(hash)).isInstanceOf(StoreUnavailableException.class);

        down = false;
        assertThat(keys.find(hash)).contains(access);
    }

    @Test
    void what_is_remembered_ages_while_the_monotonic_clock_stands_still() {
        stored.put(hash, access);
        assertThat(keys.find(hash)).contains(access);
        stored.clear();

        // Frozen, and thawed after an hour.
        clock.advance(Duration.ofHours(1));

        assertThat(keys.find(hash)).isEmpty();
    }

    @Test
    void three_seconds_are_counted_on_either_clock() {
        stored.put(hash, access);
        assertThat(keys.find(hash)).contains(access);

        clock.advance(Duration.ofMillis(2_999));
        assertThat(keys.find(hash)).contains(access);
        assertThat(lookUps).isEqualTo(1);

        clock.advance(Duration.ofMillis(1));
        assertThat(keys.find(hash)).contains(access);
        assertThat(lookUps).isEqualTo(2);

        // And from then on anew.
        assertThat(keys.find(hash)).contains(access);
        assertThat(lookUps).isEqualTo(2);
    }

    @Test
    void what_was_remembered_before_the_clock_was_set_back_is_asked_for_again() {
        stored.put(hash, access);
        assertThat(keys.find(hash)).contains(access);
        stored.clear();

        clock.advance(Duration.ofMinutes(-1));

        assertThat(keys.find(hash)).isEmpty();
    }

    private Optional<Access> lookUp(KeyHash wanted) {
        lookUps++;
        if (down) {
            throw new StoreUnavailableException("down", new IllegalStateException());
        }
        var found = Optional.ofNullable(stored.get(wanted));
        pass(slowness);
        return found;
    }

    private void pass(Duration duration) {
        nanoseconds += duration.toNanos();
        clock.advance(duration);
    }
}
