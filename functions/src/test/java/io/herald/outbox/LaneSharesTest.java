package io.herald.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.notification.Lane;
import io.herald.notification.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LaneSharesTest {

    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

    private final TenantId tenant = Samples.tenant();
    private long nanos;
    private final LaneShares shares =
            new LaneShares(
                    new LaneShares.Share(1_000, Duration.ofSeconds(1), 50),
                    Clock.fixed(NOW, ZoneOffset.UTC),
                    () -> nanos);

    @Test
    void who_stays_within_the_share_is_never_held_and_has_its_turn_now() {
        for (int second = 0; second < 100; second++) {
            assertThat(take(1_000)).isEqualTo(new Turn(NOW, false));
            nanos += Duration.ofSeconds(1).toNanos();
        }
    }

    @Test
    void what_goes_beyond_the_burst_is_held_and_its_turn_comes_the_later_the_further() {
        assertThat(take(1_000)).isEqualTo(new Turn(NOW, false));
        assertThat(take(1_000)).isEqualTo(new Turn(NOW.plusSeconds(1), false));
        assertThat(take(1_000)).isEqualTo(new Turn(NOW.plusSeconds(2), true));
        assertThat(take(1_000)).isEqualTo(new Turn(NOW.plusSeconds(3), true));
    }

    @Test
    void another_tenant_and_another_lane_have_shares_of_their_own() {
        for (int i = 0; i < 10; i++) {
            take(1_000);
        }

        assertThat(shares.take(Samples.tenant(), Lane.EMAIL, 1, false))
                .isEqualTo(new Turn(NOW, false));
        assertThat(shares.take(tenant, Lane.URGENT, 1, false)).isEqualTo(new Turn(NOW, false));
    }

    @Test
    void on_a_congested_lane_the_share_is_smaller() {
        assertThat(shares.take(tenant, Lane.EMAIL, 20, true)).isEqualTo(new Turn(NOW, false));
        assertThat(shares.take(tenant, Lane.EMAIL, 20, true))
                .isEqualTo(new Turn(NOW.plusSeconds(1), false));
        assertThat(shares.take(tenant, Lane.EMAIL, 20, true))
                .isEqualTo(new Turn(NOW.plusSeconds(2), true));
    }

    @Test
    void a_flood_is_forgotten_after_ten_minutes_however_large_it_was() {
        for (int i = 0; i < 10_000; i++) {
            take(1_000);
        }
        assertThat(take(1)).isEqualTo(new Turn(NOW.plusSeconds(600), true));

        nanos += Duration.ofMinutes(10).toNanos();

        assertThat(take(1)).isEqualTo(new Turn(NOW, false));
    }

    private Turn take(int notifications) {
        return shares.take(tenant, Lane.EMAIL, notifications, false);
    }
}
