package io.herald.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.DecideOutcome;
import io.herald.attempt.RetryPolicies;
import io.herald.attempt.Terms;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettleDueWorkTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);
    private static final TenantId TENANT = new TenantId(new UUID(0, 1));
    private static final NotificationId ID = new NotificationId(new UUID(0x7000, 2));

    @Test
    void releases_a_retry_and_looks_again_whether_it_arrived() {
        var decision = decide(3, newest(Status.RETRYING, 3, NOW));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        SettleDueWork.Decision.Append.class,
                        append -> {
                            var release = append.transition();
                            assertThat(release.event().sequence()).isEqualTo(4);
                            assertThat(release.event().status()).isEqualTo(Status.PENDING);
                            assertThat(release.release()).isTrue();
                            assertThat(release.consumes()).isEqualTo(3);
                            assertThat(release.dueAt()).isEqualTo(NOW.plus(LOOK_AGAIN));
                        });
    }

    @Test
    void drops_a_row_of_a_retry_that_is_not_the_newest() {
        assertThat(decide(3, newest(Status.RETRYING, 5, NOW)))
                .isEqualTo(new SettleDueWork.Decision.Drop());
    }

    @Test
    void leaves_a_live_lease_alone_until_it_ends() {
        var end = NOW.plusSeconds(1);

        assertThat(decide(1, newest(Status.SENDING, 3, end)))
                .isEqualTo(new SettleDueWork.Decision.Watch(new DueWork.Watch(TENANT, ID, 3, end)));
    }

    @Test
    void settles_a_lapsed_lease_whichever_event_the_row_was_written_for() {
        var decision = decide(1, newest(Status.SENDING, 3, NOW));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        SettleDueWork.Decision.Append.class,
                        append -> {
                            assertThat(append.transition().event().status())
                                    .isEqualTo(Status.RETRYING);
                            assertThat(append.transition().consumes()).isEqualTo(1);
                        });
    }

    @Test
    void publishes_again_what_was_released_and_nobody_claimed() {
        assertThat(decide(4, newest(Status.PENDING, 4, null)))
                .isEqualTo(new SettleDueWork.Decision.Republish());
        assertThat(decide(0, null)).isEqualTo(new SettleDueWork.Decision.Republish());
    }

    @Test
    void gives_a_later_release_its_own_time() {
        assertThat(decide(2, newest(Status.PENDING, 4, null)))
                .isEqualTo(
                        new SettleDueWork.Decision.Watch(
                                new DueWork.Watch(TENANT, ID, 4, NOW.plus(LOOK_AGAIN))));
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "SENT",
                "DELIVERED",
                "BOUNCED",
                "FAILED",
                "UNKNOWN",
                "SUPPRESSED",
                "CANCELLED",
                "EXPIRED"
            })
    void drops_the_row_of_what_has_ended(Status status) {
        assertThat(decide(2, newest(status, 2, null))).isEqualTo(new SettleDueWork.Decision.Drop());
    }

    @ParameterizedTest
    @EnumSource(names = {"SCHEDULED", "RETRYING", "PENDING"})
    void what_has_expired_is_not_released_or_published_any_more(Status waiting) {
        var newest = newest(waiting, 3, waiting == Status.PENDING ? null : NOW);

        assertExpired(decide(3, newest, NOW), 4, 1);
        assertThat(decide(3, newest, NOW.plusNanos(1_000)))
                .isEqualTo(decide(3, newest, null))
                .isNotEqualTo(decide(3, newest, NOW));
        assertThat(decide(2, newest, NOW)).isEqualTo(decide(2, newest, null));
    }

    @Test
    void what_has_expired_after_a_lost_outcome_is_not_known_to_be_unsent() {
        var lost = new Event(ID, 3, EventKind.LOST, Status.RETRYING, 1, NOW, NOW, null, null);

        assertThat(decide(3, lost, NOW))
                .isInstanceOfSatisfying(
                        SettleDueWork.Decision.Append.class,
                        append -> {
                            var event = append.transition().event();
                            assertThat(event.kind()).isEqualTo(EventKind.EXPIRED);
                            assertThat(event.status()).isEqualTo(Status.UNKNOWN);
                        });
    }

    @Test
    void what_nothing_has_happened_to_expires_with_its_first_event() {
        assertExpired(decide(0, null, NOW), 1, 0);
    }

    private static void assertExpired(SettleDueWork.Decision decision, int sequence, int attempts) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        SettleDueWork.Decision.Append.class,
                        append -> {
                            var transition = append.transition();
                            assertThat(transition.event().status()).isEqualTo(Status.EXPIRED);
                            assertThat(transition.event().sequence()).isEqualTo(sequence);
                            assertThat(transition.event().attempt()).isEqualTo(attempts);
                            assertThat(transition.event().reason()).isNotNull();
                            assertThat(transition.consumes()).isEqualTo(sequence - 1);
                            assertThat(transition.dueAt()).isNull();
                            assertThat(transition.release()).isFalse();
                        });
    }

    private static SettleDueWork.Decision decide(int rowSequence, @Nullable Event newest) {
        return decide(rowSequence, newest, null);
    }

    private static SettleDueWork.Decision decide(
            int rowSequence, @Nullable Event newest, @Nullable Instant expiresAt) {
        return SettleDueWork.decide(
                new DueRow(
                        TENANT,
                        ID,
                        rowSequence,
                        Lane.EMAIL,
                        new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, NOW, expiresAt),
                        newest),
                NOW,
                LOOK_AGAIN,
                new DecideOutcome(
                        RetryPolicies.DEFAULT, Clock.fixed(NOW, ZoneOffset.UTC), new Random(1)));
    }

    private static Event newest(Status status, int sequence, @Nullable Instant until) {
        return new Event(ID, sequence, EventKind.CLAIMED, status, 1, NOW, until, null, null);
    }
}
