package io.herald.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class NotificationIdsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:15:30.123Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @Test
    void are_uuids_of_version_7_that_tell_their_time() {
        var id = new NotificationIds(CLOCK, new SecureRandom()).consecutive(1).getFirst();

        assertThat(id.value().version()).isEqualTo(7);
        assertThat(id.value().variant()).isEqualTo(2);
        assertThat(id.acceptedAt()).isEqualTo(NOW);
    }

    @Test
    void of_one_call_follow_each_other_without_a_gap() {
        var ids = new NotificationIds(CLOCK, new SecureRandom()).consecutive(1_000);

        for (int i = 1; i < ids.size(); i++) {
            var before = ids.get(i - 1).value();
            var id = ids.get(i).value();
            assertThat(id.getMostSignificantBits()).isEqualTo(before.getMostSignificantBits());
            assertThat(id.getLeastSignificantBits())
                    .isEqualTo(before.getLeastSignificantBits() + 1);
            assertThat(ids.get(i)).isGreaterThan(ids.get(i - 1));
        }
    }

    @Test
    void keep_version_and_variant_when_every_random_bit_is_set() {
        RandomGenerator ones = () -> -1L;
        var ids = new NotificationIds(CLOCK, ones).consecutive(1_000);

        assertThat(ids)
                .allSatisfy(id -> {
                    assertThat(id.value().version()).isEqualTo(7);
                    assertThat(id.value().variant()).isEqualTo(2);
                });
    }

    @Test
    void of_different_calls_in_one_millisecond_differ() {
        var ids = new NotificationIds(CLOCK, new SecureRandom());
        var seen = new HashSet<NotificationId>();
        for (int i = 0; i < 10_000; i++) {
            seen.add(ids.consecutive(1).getFirst());
        }
        assertThat(seen).hasSize(10_000);
    }

    @Test
    void lie_above_the_lower_bound_of_their_time_and_below_that_of_the_next() {
        var id = new NotificationIds(CLOCK, new SecureRandom()).consecutive(1).getFirst();

        assertThat(id).isGreaterThan(new NotificationId(NotificationId.lowerBound(NOW)));
        assertThat(id).isLessThan(new NotificationId(NotificationId.lowerBound(NOW.plusMillis(1))));
    }

    @Test
    void sort_without_a_sign_as_postgres_does() {
        var low = new NotificationId(UUID.fromString("7fffffff-ffff-7fff-bfff-ffffffffffff"));
        var high = new NotificationId(UUID.fromString("80000000-0000-7000-8000-000000000000"));

        assertThat(low).isLessThan(high);
    }

    @Test
    void are_parsed_in_their_one_form_only() {
        assertThatThrownBy(() -> NotificationId.parse("1-1-1-1-1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NotificationId.parse("nonsense"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
