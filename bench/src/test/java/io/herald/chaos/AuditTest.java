package io.herald.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The audit finds what must not be, and nothing else. */
class AuditTest {

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final List<Promise> promises = new ArrayList<>();
    private final List<Taking> takings = new ArrayList<>();
    private final Map<NotificationId, Story> stories = new HashMap<>();

    @Test
    void one_that_was_taken_and_sent_is_delivered() {
        var promise = promised();
        taken(promise, 1);
        says(promise, claimed(1), ended(EventKind.SENT, Status.SENT, 1));

        var report = audit();

        assertThat(report.delivered()).isEqualTo(1);
        assertThat(report.violations()).isZero();
    }

    @Test
    void one_that_is_said_to_be_sent_and_that_nobody_has_is_found() {
        says(promised(), claimed(1), ended(EventKind.SENT, Status.SENT, 1));

        assertViolations(ChaosReport::unexplained, 1);
    }

    @Test
    void one_that_is_in_the_feed_is_delivered() {
        var promise = promised();
        stories.put(
                promise.id(),
                new Story(
                        List.of(claimed(1), ended(EventKind.DELIVERED, Status.DELIVERED, 1)),
                        true));

        assertThat(audit().delivered()).isEqualTo(1);
        assertThat(audit().violations()).isZero();
    }

    @Test
    void one_that_never_came_to_an_end_is_lost() {
        promised();
        says(promised(), claimed(1));

        assertViolations(ChaosReport::lost, 2);
    }

    @Test
    void one_that_is_dead_has_a_cause() {
        says(promised(), claimed(1), refused("mailbox_gone"));
        assertThat(audit().violations()).isZero();

        says(promised(), claimed(1), ended(EventKind.REFUSED, Status.FAILED, 1));
        assertViolations(ChaosReport::unexplained, 1);
        assertThat(audit().dead()).isEqualTo(2);
    }

    @Test
    void a_second_hand_over_is_explained_by_a_lost_answer_before_it() {
        var promise = promised();
        taken(promise, 1);
        taken(promise, 2);
        saysSentAtTheSecondAttemptAfter(EventKind.LOST, promise);

        var report = audit();

        assertThat(report.duplicates()).isEqualTo(1);
        assertThat(report.violations()).isZero();
    }

    @Test
    void a_second_hand_over_without_one_is_found() {
        var promise = promised();
        taken(promise, 1);
        taken(promise, 2);
        saysSentAtTheSecondAttemptAfter(EventKind.DEFERRED, promise);

        assertViolations(ChaosReport::unexplainedDuplicates, 1);
    }

    @Test
    void a_lost_answer_that_came_late_explains_the_attempt_that_it_is_of() {
        var promise = promised();
        taken(promise, 1);
        taken(promise, 2);
        says(
                promise,
                claimed(1),
                ended(EventKind.DEFERRED, Status.RETRYING, 1),
                claimed(2),
                lateLoss(2, 1),
                ended(EventKind.SENT, Status.SENT, 2));

        assertThat(audit().violations()).isZero();
    }

    @Test
    void a_second_webhook_is_explained_by_as_many_lost_answers() {
        var promise = promised();
        taken(promise, null);
        taken(promise, null);
        saysSentAtTheSecondAttemptAfter(EventKind.LOST, promise);

        assertThat(audit().duplicates()).isEqualTo(1);
        assertThat(audit().violations()).isZero();

        taken(promise, null);
        assertViolations(ChaosReport::unexplainedDuplicates, 1);
    }

    @Test
    void a_second_webhook_without_a_lost_answer_is_found() {
        var promise = promised();
        taken(promise, null);
        taken(promise, null);
        saysSentAtTheSecondAttemptAfter(EventKind.DEFERRED, promise);

        assertViolations(ChaosReport::unexplainedDuplicates, 1);
    }

    @Test
    void a_webhook_of_one_attempt_that_came_twice_is_found() {
        var promise = promised();
        taken(promise, null);
        taken(promise, null);
        says(promise, claimed(1), ended(EventKind.LOST, Status.UNKNOWN, 1));

        assertViolations(ChaosReport::unexplainedDuplicates, 1);
    }

    @Test
    void one_attempt_that_was_handed_over_twice_is_found() {
        var promise = promised();
        taken(promise, 1);
        taken(promise, 1);
        saysSentAtTheSecondAttemptAfter(EventKind.LOST, promise);

        assertViolations(ChaosReport::unexplainedDuplicates, 1);
    }

    @Test
    void a_second_hand_over_under_another_key_is_found() {
        var promise = promised();
        taken(promise, 1);
        takings.add(new Taking(promise.id(), takings.size(), 2, "another", NOON));
        saysSentAtTheSecondAttemptAfter(EventKind.LOST, promise);

        assertViolations(ChaosReport::unexplainedDuplicates, 1);
    }

    @Test
    void a_second_hand_over_where_at_most_once_was_asked_for_is_found() {
        var promise = promised("ada", true, null);
        taken(promise, 1);
        taken(promise, 2);
        saysSentAtTheSecondAttemptAfter(EventKind.LOST, promise);

        assertViolations(ChaosReport::unexplainedDuplicates, 1);
    }

    @Test
    void one_that_was_sent_after_its_cancel_was_confirmed_is_found() {
        var promise = promised();
        promises.set(0, promise.cancelledAt(NOON));
        taken(promise, 1);
        says(promise, ended(EventKind.CANCELLED, Status.CANCELLED, 0));

        assertViolations(ChaosReport::sentAfterCancel, 1);
    }

    @Test
    void one_that_was_sent_before_its_time_is_found() {
        var promise = promised("ada", false, NOON.plusSeconds(1));
        taken(promise, 1);
        says(promise, claimed(1), ended(EventKind.SENT, Status.SENT, 1));

        assertViolations(ChaosReport::tooEarly, 1);
    }

    @Test
    void one_that_one_published_later_for_the_same_person_overtook_is_found() {
        var first = promised();
        var second = promised();
        var other = promised("bob", false, null);
        taken(other, 1);
        taken(second, 1);
        taken(first, 1);
        for (var promise : promises) {
            says(promise, claimed(1), ended(EventKind.SENT, Status.SENT, 1));
        }

        assertViolations(ChaosReport::outOfOrder, 1);
    }

    @Test
    void one_that_was_made_a_second_time_though_no_call_was_told_of_it_is_found() {
        var promise = promised();
        taken(promise, 1);
        says(promise, claimed(1), ended(EventKind.SENT, Status.SENT, 1));
        promises.clear();

        assertViolations(ChaosReport::unexplained, 1);
    }

    @Test
    void one_that_was_retried_may_be_overtaken() {
        var first = promised();
        var second = promised();
        taken(second, 1);
        taken(first, 2);
        says(second, claimed(1), ended(EventKind.SENT, Status.SENT, 1));
        saysSentAtTheSecondAttemptAfter(EventKind.DEFERRED, first);

        assertThat(audit().violations()).isZero();
    }

    /** Found as what it is, and as nothing else. */
    private void assertViolations(ToLongFunction<ChaosReport> kind, long count) {
        var report = audit();
        assertThat(kind.applyAsLong(report)).isEqualTo(count);
        assertThat(report.violations()).isEqualTo(count);
        assertThat(report.examples()).hasSize((int) count);
    }

    private ChaosReport audit() {
        var published = new HashMap<NotificationId, Long>();
        for (int i = 0; i < promises.size(); i++) {
            published.put(promises.get(i).id(), (long) i);
        }
        return Audit.of(promises, takings, stories, published, Damage.NONE);
    }

    private Promise promised() {
        return promised("ada", false, null);
    }

    private Promise promised(String person, boolean once, @Nullable Instant notBefore) {
        var promise =
                new Promise(
                        new NotificationId(new UUID(0x7000, promises.size())),
                        person,
                        "email",
                        once,
                        notBefore,
                        null);
        promises.add(promise);
        return promise;
    }

    private void taken(Promise promise, @Nullable Integer attempt) {
        takings.add(
                new Taking(promise.id(), takings.size(), attempt, promise.id().toString(), NOON));
    }

    private void says(Promise promise, Event... events) {
        stories.put(promise.id(), new Story(List.of(events), false));
    }

    private void saysSentAtTheSecondAttemptAfter(EventKind first, Promise promise) {
        says(
                promise,
                claimed(1),
                ended(first, Status.RETRYING, 1),
                claimed(2),
                ended(EventKind.SENT, Status.SENT, 2));
    }

    private static Event claimed(int attempt) {
        return event(2 * attempt - 1, EventKind.CLAIMED, Status.SENDING, attempt, null);
    }

    private static Event ended(EventKind kind, Status status, int attempt) {
        return event(2 * attempt, kind, status, attempt, null);
    }

    private static Event lateLoss(int newest, int attempt) {
        return new Event(
                new NotificationId(new UUID(0x7000, 0)),
                2 * newest,
                EventKind.LOST,
                Status.SENDING,
                newest,
                NOON,
                null,
                null,
                null,
                attempt);
    }

    private static Event refused(String code) {
        return event(2, EventKind.REFUSED, Status.FAILED, 1, new Reason(code, ""));
    }

    private static Event event(
            int sequence, EventKind kind, Status status, int attempt, @Nullable Reason reason) {
        return new Event(
                new NotificationId(new UUID(0x7000, 0)),
                sequence,
                kind,
                status,
                attempt,
                NOON,
                null,
                reason,
                null);
    }
}
