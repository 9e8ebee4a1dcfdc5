package io.herald.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClaimTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Claim LOSER =
            new Claim(
                    new TenantId(new UUID(0, 1)),
                    new NotificationId(new UUID(0x7000, 2)),
                    1,
                    1,
                    new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, NOW, NOW.plusSeconds(1)),
                    NOW,
                    NOW.plusSeconds(30));

    @Test
    void that_lost_claims_again_behind_the_newest_event_while_it_is_pending() {
        var decision = LOSER.afterLosing(newest(Status.PENDING, 4, 2));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Claim.Decision.Again.class,
                        again -> {
                            assertThat(again.claim().sequence()).isEqualTo(5);
                            assertThat(again.claim().attempt()).isEqualTo(3);
                        });
    }

    @ParameterizedTest
    @EnumSource(names = {"RELEASED", "REPLAYED", "RESOLVED"})
    void that_is_older_than_the_release_that_holds_leaves_it_to_that_ones_record(EventKind kind) {
        var release =
                new Event(
                        LOSER.notification(),
                        4,
                        kind,
                        Status.PENDING,
                        2,
                        NOW,
                        NOW.plusSeconds(7),
                        null,
                        null);

        assertThat(LOSER.afterLosing(release)).isEqualTo(new Claim.Decision.Stale());
    }

    @Test
    void that_meets_another_claim_leaves_it_to_due_work_at_the_end_of_the_lease() {
        assertThat(LOSER.afterLosing(newest(Status.SENDING, 1, 1)))
                .isEqualTo(new Claim.Decision.Watch(1, NOW.plusSeconds(7)));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PENDING", "SENDING"})
    void that_finds_the_notification_moved_on_is_stale(Status status) {
        assertThat(LOSER.afterLosing(newest(status, 2, 1))).isEqualTo(new Claim.Decision.Stale());
    }

    @Test
    void that_comes_in_time_is_a_sending_under_a_lease() {
        assertThat(LOSER.isExpired()).isFalse();
        assertThat(LOSER.event().status()).isEqualTo(Status.SENDING);
        assertThat(LOSER.event().until()).isEqualTo(LOSER.leaseEnd());
    }

    @Test
    void that_comes_too_late_says_so_in_place_of_a_sending_and_counts_no_attempt() {
        var late =
                new Claim(
                        LOSER.tenant(),
                        LOSER.notification(),
                        3,
                        2,
                        new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, NOW, NOW),
                        NOW,
                        NOW.plusSeconds(30));

        assertThat(late.isExpired()).isTrue();
        var event = late.event();
        assertThat(event.status()).isEqualTo(Status.EXPIRED);
        assertThat(event.sequence()).isEqualTo(3);
        assertThat(event.attempt()).isEqualTo(1);
        assertThat(event.until()).isNull();
        assertThat(event.reason()).isNotNull();
    }

    private static Event newest(Status status, int sequence, int attempt) {
        return new Event(
                LOSER.notification(),
                sequence,
                EventKind.CLAIMED,
                status,
                attempt,
                NOW,
                NOW.plusSeconds(7),
                null,
                null);
    }
}
