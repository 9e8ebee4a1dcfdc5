package io.herald.attempt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.SettableClock;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecideOutcomeTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final TenantId TENANT = new TenantId(new UUID(0, 1));
    private static final NotificationId ID = new NotificationId(new UUID(0x7000, 2));
    private static final Reason BUSY = new Reason("busy", "The provider is busy.");
    private static final int LAST = 3;
    private static final Duration MAX_AGE = Duration.ofHours(2);

    private final DecideOutcome decide =
            new DecideOutcome(
                    RetryPolicies.alike(
                            new RetryPolicy(
                                    LAST, Duration.ofSeconds(2), Duration.ofMinutes(10), MAX_AGE)),
                    Clock.fixed(NOW, ZoneOffset.UTC),
                    new Random(1));

    @Test
    void what_the_provider_took_is_sent() {
        var next = decide.first(claim(1), new Outcome.Sent("abc"));

        assertThat(next.event().status()).isEqualTo(Status.SENT);
        assertThat(next.event().sequence()).isEqualTo(2);
        assertThat(next.event().reference()).isEqualTo("abc");
        assertThat(next.dueAt()).isNull();
    }

    @Test
    void waits_as_long_as_the_provider_asked() {
        var next = decide.first(claim(1), new Outcome.Retryable(BUSY, Duration.ofSeconds(30)));

        assertThat(next.event().status()).isEqualTo(Status.RETRYING);
        assertThat(next.dueAt()).isEqualTo(NOW.plusSeconds(30));
        assertThat(next.event().until()).isEqualTo(next.dueAt());
    }

    @Test
    void waits_at_most_twice_as_long_after_each_attempt() {
        for (int i = 0; i < 200; i++) {
            assertThat(dueAfter(1)).isBetween(NOW, NOW.plusSeconds(2));
            assertThat(dueAfter(2)).isBetween(NOW, NOW.plusSeconds(4));
        }
    }

    @Test
    void gives_up_after_the_last_attempt() {
        var next = decide.first(claim(LAST), new Outcome.Retryable(BUSY, null));

        assertThat(next.event().status()).isEqualTo(Status.FAILED);
        assertThat(next.event().reason()).isEqualTo(BUSY);
    }

    @Test
    void attempts_count_anew_when_it_was_taken_up_again() {
        var busy = new Outcome.Retryable(BUSY, null);
        var terms = takenUpAgain(LAST);

        var first = decide.first(claim(LAST + 1, terms), busy);
        var last = decide.first(claim(2 * LAST, terms), busy);

        assertThat(first.event().status()).isEqualTo(Status.RETRYING);
        assertThat(first.event().attempt()).isEqualTo(LAST + 1);
        assertThat(first.dueAt()).isBetween(NOW, NOW.plusSeconds(2));
        assertThat(last.event().status()).isEqualTo(Status.FAILED);
        var lost = decide.first(claim(LAST + 1, terms), new Outcome.Lost(BUSY));
        assertThat(lost.event().status()).isEqualTo(Status.RETRYING);
    }

    @ParameterizedTest
    @EnumSource
    void what_was_not_handed_over_was_no_attempt_and_waits_a_moment(Guarantee guarantee) {
        var next =
                decide.first(
                        claim(LAST, guarantee), new Outcome.NotHandedOver(BUSY, Duration.ZERO));

        assertThat(next.event().kind()).isEqualTo(EventKind.DEFERRED);
        assertThat(next.event().status()).isEqualTo(Status.RETRYING);
        assertThat(next.event().attempt()).isEqualTo(LAST - 1);
        assertThat(next.dueAt()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void what_was_not_handed_over_waits_as_long_as_it_would_be_of_no_use() {
        for (var wait : List.of(Duration.ofSeconds(40), Duration.ofHours(1))) {
            assertThat(decide.first(claim(1), new Outcome.NotHandedOver(BUSY, wait)).dueAt())
                    .isEqualTo(NOW.plusSeconds(Math.min(wait.toSeconds(), 600)));
        }
    }

    @Test
    void what_is_put_off_for_a_day_has_a_few_hundred_events_and_an_end() {
        var since = NOW;
        var clock = new SettableClock(NOW);
        var decideLater = new DecideOutcome(RetryPolicies.DEFAULT, clock, new Random(1));
        int sequence = 1;
        while (true) {
            var claim =
                    new Claim(
                            TENANT,
                            ID,
                            sequence,
                            1,
                            new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, since, null),
                            clock.instant(),
                            clock.instant().plusSeconds(30));
            var next = decideLater.first(claim, Outcome.NotHandedOver.noTimeLeft(Duration.ZERO));
            var due = next.dueAt();
            if (due == null) {
                assertThat(requireNonNull(next.event().reason()).code()).isEqualTo("too_old");
                break;
            }
            // The release, and the next claim.
            sequence = next.event().sequence() + 2;
            clock.set(due);
        }

        assertThat(clock.instant()).isAfter(since.plus(Duration.ofHours(23)));
        assertThat(sequence).isLessThan(700);
    }

    @Test
    void what_was_put_off_for_the_first_time_waits_a_moment_however_old_it_is() {
        var old = new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, NOW.minusSeconds(3600), null);

        assertThat(
                        decide.first(claim(1, old), Outcome.NotHandedOver.noTimeLeft(Duration.ZERO))
                                .dueAt())
                .isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void what_was_not_handed_over_says_nothing_of_an_attempt_with_its_number() {
        // Its outcome was stored and the answer to that lost; the next attempt is under way.
        var newest = newest(Status.SENDING, 4, 1, NOW.plusSeconds(45));

        assertThat(decide.late(claim(1), new Outcome.NotHandedOver(BUSY, Duration.ZERO), newest))
                .isEmpty();
    }

    @Test
    void a_refusal_is_final() {
        var next = decide.first(claim(1), new Outcome.Rejected(BUSY));

        assertThat(next.event().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void a_lost_outcome_is_tried_again_where_that_is_allowed() {
        var next = decide.first(claim(1), new Outcome.Lost(BUSY));

        assertThat(next.event().kind()).isEqualTo(EventKind.LOST);
        assertThat(next.event().status()).isEqualTo(Status.RETRYING);
    }

    @Test
    void a_lost_outcome_is_unknown_where_nothing_may_be_sent_twice() {
        var next = decide.first(claim(1, Guarantee.AT_MOST_ONCE), new Outcome.Lost(BUSY));

        assertThat(next.event().status()).isEqualTo(Status.UNKNOWN);
        assertThat(next.dueAt()).isNull();
    }

    @Test
    void a_lost_last_outcome_is_unknown() {
        var next = decide.first(claim(LAST), new Outcome.Lost(BUSY));

        assertThat(next.event().status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void a_lapsed_lease_is_settled_as_a_lost_outcome_and_takes_its_due_row() {
        var next =
                decide.lapsed(
                        TENANT,
                        terms(Guarantee.AT_LEAST_ONCE),
                        newest(Status.SENDING, 5, 2, NOW),
                        4);

        assertThat(next.event().sequence()).isEqualTo(6);
        assertThat(next.event().status()).isEqualTo(Status.RETRYING);
        assertThat(next.event().attempt()).isEqualTo(2);
        assertThat(next.consumes()).isEqualTo(4);
    }

    @Test
    void a_late_success_moves_a_given_up_attempt_forward() {
        var next = late(new Outcome.Sent(null), newest(Status.RETRYING, 2, 1, NOW.plusSeconds(9)));

        assertThat(next.event().sequence()).isEqualTo(3);
        assertThat(next.event().status()).isEqualTo(Status.SENT);
        assertThat(next.dueAt()).isNull();
        assertThat(next.consumes()).isEqualTo(2);
    }

    @Test
    void a_late_success_ends_even_a_later_attempts_wait() {
        var next = late(new Outcome.Sent(null), newest(Status.SENDING, 4, 2, NOW.plusSeconds(9)));

        assertThat(next.event().status()).isEqualTo(Status.SENT);
    }

    @Test
    void a_late_success_cannot_undo_a_cancel_and_is_recorded() {
        var next = late(new Outcome.Sent(null), newest(Status.CANCELLED, 3, 1, null));

        assertThat(next.event().status()).isEqualTo(Status.CANCELLED);
        assertThat(next.event().kind()).isEqualTo(EventKind.SENT);
    }

    @Test
    void a_late_refusal_leaves_the_retry_and_takes_its_due_row_along() {
        var due = NOW.plusSeconds(9);
        var next = late(new Outcome.Rejected(BUSY), newest(Status.RETRYING, 2, 1, due));

        assertThat(next.event().status()).isEqualTo(Status.RETRYING);
        assertThat(next.event().until()).isEqualTo(due);
        assertThat(next.dueAt()).isEqualTo(due);
        assertThat(next.consumes()).isEqualTo(2);
    }

    @Test
    void a_late_refusal_settles_what_was_unknown() {
        var next = late(new Outcome.Rejected(BUSY), newest(Status.UNKNOWN, 2, 1, null));

        assertThat(next.event().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void a_late_refusal_of_an_earlier_attempt_leaves_a_later_one_unknown() {
        var next = late(new Outcome.Rejected(BUSY), newest(Status.UNKNOWN, 4, 2, null));

        assertThat(next.event().status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void a_late_lost_outcome_says_nothing_new() {
        assertThat(
                        decide.late(
                                claim(1),
                                new Outcome.Lost(BUSY),
                                newest(Status.UNKNOWN, 2, 1, null)))
                .isEmpty();
    }

    @Test
    void an_earlier_attempts_late_word_takes_nothing_from_the_newest_attempts_own() {
        var leaseEnd = claim(2).leaseEnd();
        // The second attempt is under way, and the refusal of the first came in after it.
        var newest = newest(Status.SENDING, 5, 2, leaseEnd);

        var refused = decide.late(claim(2), new Outcome.Rejected(BUSY), newest).orElseThrow();
        assertThat(refused.event().sequence()).isEqualTo(6);
        assertThat(refused.event().status()).isEqualTo(Status.FAILED);
        assertThat(refused.event().reason()).isEqualTo(BUSY);
        assertThat(refused.consumes()).isEqualTo(5);

        assertThat(decide.late(claim(2), new Outcome.Lost(BUSY), newest).orElseThrow().event())
                .extracting(Event::status)
                .isEqualTo(Status.RETRYING);
    }

    @Test
    void a_provider_that_asks_for_more_than_an_hour_is_asked_again_after_an_hour() {
        var next = decide.first(claim(1), new Outcome.Retryable(BUSY, Duration.ofDays(3)));

        assertThat(next.dueAt()).isEqualTo(NOW.plus(RetryPolicy.LONGEST_ASKED));
    }

    @Test
    void what_would_be_tried_again_when_it_has_expired_expires_at_once() {
        var asked = new Outcome.Retryable(BUSY, Duration.ofSeconds(30));

        var expired = decide.first(claim(1, expiring(Duration.ofSeconds(30))), asked);
        var inTime = decide.first(claim(1, expiring(Duration.ofSeconds(31))), asked);

        assertThat(expired.event().kind()).isEqualTo(EventKind.EXPIRED);
        assertThat(expired.event().status()).isEqualTo(Status.EXPIRED);
        assertThat(expired.event().reason()).isNotNull();
        assertThat(expired.dueAt()).isNull();
        assertThat(inTime.event().status()).isEqualTo(Status.RETRYING);
    }

    @Test
    void what_was_not_handed_over_expires_without_an_attempt() {
        var next =
                decide.first(
                        claim(2, expiring(Duration.ofSeconds(1))),
                        new Outcome.NotHandedOver(BUSY, Duration.ZERO));

        assertThat(next.event().status()).isEqualTo(Status.EXPIRED);
        assertThat(next.event().attempt()).isEqualTo(1);
    }

    @Test
    void a_lost_outcome_is_unknown_where_it_would_have_expired() {
        var next = decide.first(claim(1, expiring(Duration.ZERO)), new Outcome.Lost(BUSY));

        assertThat(next.event().kind()).isEqualTo(EventKind.LOST);
        assertThat(next.event().status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void what_would_be_tried_again_when_it_is_too_old_fails_at_once() {
        var asked = new Outcome.Retryable(BUSY, Duration.ofSeconds(30));

        var failed = decide.first(claim(1, begun(MAX_AGE.minusSeconds(29))), asked);
        var inTime = decide.first(claim(1, begun(MAX_AGE.minusSeconds(30))), asked);

        assertThat(failed.event().status()).isEqualTo(Status.FAILED);
        assertThat(failed.event().reason()).extracting(Reason::code).isEqualTo("too_old");
        assertThat(failed.dueAt()).isNull();
        assertThat(inTime.event().status()).isEqualTo(Status.RETRYING);
    }

    @Test
    void what_cannot_be_handed_over_is_given_up_when_it_is_too_old() {
        var next =
                decide.first(
                        claim(1, begun(MAX_AGE)),
                        new Outcome.NotHandedOver(BUSY, Duration.ofSeconds(1)));

        assertThat(next.event().status()).isEqualTo(Status.FAILED);
        assertThat(next.event().attempt()).isZero();
    }

    @Test
    void a_lost_outcome_of_what_is_too_old_is_unknown() {
        var next = decide.first(claim(1, begun(MAX_AGE.plusSeconds(1))), new Outcome.Lost(BUSY));

        assertThat(next.event().status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void a_late_success_still_counts_when_it_has_expired() {
        var next = late(new Outcome.Sent(null), newest(Status.EXPIRED, 3, 1, null));

        assertThat(next.event().status()).isEqualTo(Status.SENT);
    }

    @Test
    void a_late_outcome_names_its_attempt() {
        var newest = newest(Status.RETRYING, 4, 2, NOW.plusSeconds(9));

        assertThat(late(new Outcome.Sent(null), newest).event())
                .extracting(Event::about, Event::attempt)
                .containsExactly(1, 2);
        assertThat(late(new Outcome.Rejected(BUSY), newest).event().about()).isEqualTo(1);
        assertThat(decide.first(claim(1), new Outcome.Rejected(BUSY)).event().about()).isNull();
    }

    private Transition late(Outcome outcome, Event newest) {
        return decide.late(claim(1), outcome, newest).orElseThrow();
    }

    private Instant dueAfter(int attempt) {
        var due = decide.first(claim(attempt), new Outcome.Retryable(BUSY, null)).dueAt();
        assertThat(due).isNotNull();
        return due == null ? Instant.MIN : due;
    }

    @Test
    void an_outcome_whose_receipt_came_first_is_recorded_and_not_called_late() {
        var receipt =
                new Event(
                        ID, 2, EventKind.DELIVERED, Status.DELIVERED, 1, NOW, null, null, null, 1);

        var next = decide.late(claim(1), new Outcome.Sent("m-1"), receipt).orElseThrow().event();

        assertThat(next.kind()).isEqualTo(EventKind.SENT);
        assertThat(next.status()).isEqualTo(Status.DELIVERED);
        assertThat(next.reason()).isNull();
        assertThat(decide.late(claim(1), new Outcome.Lost(BUSY), receipt)).isEmpty();
    }

    private static Claim claim(int attempt) {
        return claim(attempt, Guarantee.AT_LEAST_ONCE);
    }

    private static Claim claim(int attempt, Guarantee guarantee) {
        return claim(attempt, terms(guarantee));
    }

    private static Claim claim(int attempt, Terms terms) {
        return new Claim(TENANT, ID, 1, attempt, terms, NOW, NOW.plusSeconds(30));
    }

    private static Terms terms(Guarantee guarantee) {
        return new Terms(Channel.EMAIL, guarantee, NOW, null);
    }

    /** Such as one that failed after its last attempt, and was replayed. */
    private static Terms takenUpAgain(int attemptsBefore) {
        return new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, NOW, attemptsBefore, null);
    }

    private static Terms expiring(Duration in) {
        return new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, NOW, NOW.plus(in));
    }

    private static Terms begun(Duration ago) {
        return new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, NOW.minus(ago), null);
    }

    private static Event newest(Status status, int sequence, int attempt, @Nullable Instant until) {
        return new Event(ID, sequence, EventKind.CLAIMED, status, attempt, NOW, until, null, null);
    }
}
