package io.herald.adapter.caffeine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.tenant.Access;
import io.herald.tenant.ApiKey;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Scope;
import java.time.Duration;
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
    private final CaffeineKeys keys = new CaffeineKeys(this::lookUp, () -> nanoseconds);

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
    void forgets_when_it_is_told_to() {
        assertThat(keys.find(hash)).isEmpty();
        stored.put(hash, access);

        keys.forget();

        assertThat(keys.find(hash)).contains(access);
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
    }
}
