package io.herald.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.schedule.DueRow;
import io.herald.schedule.DueWork;
import io.herald.submission.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link Reconciliation} keeps to. */
public abstract class ReconciliationContract {
    private static final int MANY = 10_000;
    private static final Instant LOOK_AGAIN = Store.START.plus(Duration.ofHours(2));
    private static final Duration HOUR = Duration.ofHours(1);

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void a_notification_without_an_event_is_published_as_at_acceptance() {
        var id = accepted();

        assertThat(advanceAnHour().found()).isEqualTo(1);

        assertThat(outbox()).containsExactly(new OutboxRow(tenant, id, id, 0, 1, 1));
        assertThat(dueAt(LOOK_AGAIN, id)).isZero();
    }

    @Test
    void one_that_hangs_after_its_release_is_published_under_that_release() {
        var id = accepted();
        append(Samples.sending(clock(), id, 1, clock().instant()));
        append(Samples.event(clock(), id, 2, EventKind.LOST, Status.RETRYING, 1));
        append(Samples.released(clock(), id, 3));

        assertThat(advanceAnHour().found()).isEqualTo(1);

        assertThat(outbox()).containsExactly(new OutboxRow(tenant, id, id, 3, 2, 1));
        assertThat(dueAt(LOOK_AGAIN, id)).isEqualTo(3);
    }

    @Test
    void a_claim_that_nobody_watches_is_looked_at_when_its_lease_ends() {
        var id = accepted();
        var leaseEnd = clock().instant().plusSeconds(30);
        append(Samples.sending(clock(), id, 1, leaseEnd));

        assertThat(advanceAnHour().found()).isEqualTo(1);

        assertThat(outbox()).isEmpty();
        assertThat(store().dueWork().due(leaseEnd.minusMillis(1), MANY).rows()).isEmpty();
        assertThat(store().dueWork().due(leaseEnd, MANY).rows())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.notification()).isEqualTo(id);
                    assertThat(row.sequence()).isEqualTo(1);
                });
    }

    @Test
    void what_is_looked_after_already_stays_as_it_is() {
        var watchedClaim = accepted();
        append(Samples.sending(clock(), watchedClaim, 1, clock().instant().plusSeconds(30)));
        var later = clock().instant().plusSeconds(45);
        watch(watchedClaim, 1, later);
        var watchedRelease = accepted();
        append(Samples.released(clock(), watchedRelease, 1));
        watch(watchedRelease, 1, later);
        var waitingRelease = accepted();
        var release = Samples.released(clock(), waitingRelease, 1);
        store().timeline().append(List.of(new Transition(tenant, release, null, null, true)));

        advanceAnHour();

        assertThat(outbox().stream().map(OutboxRow::first)).containsExactly(waitingRelease);
        assertThat(store().dueWork().due(later.minusMillis(1), MANY).rows()).isEmpty();
        assertThat(due().stream().map(DueRow::notification))
                .containsExactlyInAnyOrder(watchedClaim, watchedRelease, waitingRelease);
    }

    @Test
    void what_still_waits_in_the_outbox_is_looked_at_once_it_is_published() {
        var before = accepted();
        clock().advance(Duration.ofMinutes(1));
        var waiting = Samples.submission(clock(), tenant, new UserId("ada"), 3);
        store().notifications().accept(waiting);
        clock().advance(Duration.ofMinutes(1));
        var after = accepted();

        assertThat(advanceAnHour()).isEqualTo(new Reconciliation.Progress(1, false));
        assertThat(due().stream().map(DueRow::notification)).containsExactly(before);

        // It was published, and Kafka lost it.
        outbox();
        assertThat(advanceAnHour()).isEqualTo(new Reconciliation.Progress(4, false));
        assertThat(due().stream().map(DueRow::notification))
                .containsAll(waiting.stream().map(Notification::id).toList())
                .contains(after);
    }

    @Test
    void a_due_row_of_an_earlier_event_does_not_count() {
        var id = accepted();
        watch(id, 0, clock().instant());
        append(Samples.sending(clock(), id, 1, clock().instant()));

        assertThat(advanceAnHour().found()).isEqualTo(1);

        assertThat(due().stream().map(DueRow::sequence)).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void what_is_settled_or_waits_for_its_time_is_left_alone() {
        for (var status : Status.values()) {
            if (status != Status.PENDING && status != Status.SENDING) {
                append(Samples.event(clock(), accepted(), 1, EventKind.SENT, status, 1));
            }
        }

        var progress = advanceAnHour();

        assertThat(progress.found()).isZero();
        assertThat(outbox()).isEmpty();
        assertThat(due()).isEmpty();
    }

    @Test
    void the_range_ends_before_its_end_and_goes_on_from_there() {
        var inside = accepted();
        clock().set(Store.START.plus(HOUR));
        var outside = accepted();

        assertThat(advanceAnHour()).isEqualTo(new Reconciliation.Progress(1, false));
        assertThat(outbox().stream().map(OutboxRow::first)).containsExactly(inside);

        clock().advance(HOUR);
        assertThat(advance(clock().instant(), MANY).found()).isEqualTo(1);
        assertThat(outbox().stream().map(OutboxRow::first)).containsExactly(outside);
    }

    @Test
    void a_finished_range_is_said_to_be_finished_whatever_its_nanoseconds() {
        var until = Store.START.plusNanos(123_456_789);

        assertThat(advance(until, MANY).more()).isFalse();
        assertThat(advance(until, MANY).more()).isFalse();
    }

    @Test
    void it_never_goes_back() {
        advanceAnHour();
        advance(Store.START, MANY);

        accepted();
        assertThat(advanceAnHour().found()).isZero();
    }

    @Test
    void much_is_looked_at_in_steps_and_nothing_twice_or_never() {
        var ids = new ArrayList<NotificationId>();
        for (int i = 0; i < 30; i++) {
            ids.addAll(forgotten(10));
            clock().advance(Duration.ofMillis(i % 3 == 0 ? 1 : 40));
        }
        var until = Store.START.plus(HOUR);
        int found = 0;
        int steps = 0;
        boolean more;
        do {
            var progress = advance(until, 50);
            assertThat(progress.found()).isLessThanOrEqualTo(100);
            found += progress.found();
            more = progress.more();
            steps++;
        } while (more);

        assertThat(found).isEqualTo(300);
        assertThat(steps).isBetween(3, 30);
        assertThat(outbox().stream().map(OutboxRow::first))
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void more_than_the_limit_in_one_millisecond_does_not_stop_it() {
        forgotten(100);

        var until = Store.START.plus(HOUR);
        int found = 0;
        for (int step = 0; step < 10; step++) {
            found += advance(until, 10).found();
        }

        assertThat(found).isEqualTo(100);
    }

    @Test
    void callers_at_the_same_time_take_each_notification_up_once() throws Exception {
        for (int i = 0; i < 20; i++) {
            forgotten(10);
            clock().advance(Duration.ofMillis(5));
        }
        var until = Store.START.plus(HOUR);
        var found = new AtomicInteger();
        long giveUp = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        Callable<Integer> caller =
                () -> {
                    int mine = 0;
                    // Whom another keeps from it is told that there is no more for now.
                    while (found.get() < 200 && System.nanoTime() - giveUp < 0) {
                        int now = advance(until, 20).found();
                        found.addAndGet(now);
                        mine += now;
                    }
                    return mine;
                };
        int sum = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(List.of(caller, caller, caller))) {
                sum += result.get();
            }
        }

        assertThat(sum).isEqualTo(200);
        assertThat(outbox()).hasSize(200);
    }

    private Reconciliation.Progress advanceAnHour() {
        return advance(Store.START.plus(HOUR), MANY);
    }

    private Reconciliation.Progress advance(Instant until, int limit) {
        return store().reconciliation().advance(until, LOOK_AGAIN, limit);
    }

    /**
     * @return the sequence of the one row that is due then and not a millisecond before
     */
    private int dueAt(Instant at, NotificationId id) {
        assertThat(store().dueWork().due(at.minusMillis(1), MANY).rows()).isEmpty();
        var rows = store().dueWork().due(at, MANY).rows();
        assertThat(rows).extracting(DueRow::notification).containsExactly(id);
        return rows.getFirst().sequence();
    }

    private List<OutboxRow> outbox() {
        var rows =
                store().outbox()
                        .lease(
                                Store.START.plus(Duration.ofDays(1)),
                                Duration.ofDays(1),
                                MANY,
                                Long.MAX_VALUE);
        store().outbox().delete(rows);
        return rows;
    }

    private List<DueRow> due() {
        return store().dueWork().due(Store.START.plus(Duration.ofDays(1)), MANY).rows();
    }

    private void watch(NotificationId id, int sequence, Instant dueAt) {
        store().dueWork().watch(List.of(new DueWork.Watch(tenant, id, sequence, dueAt)));
    }

    private NotificationId accepted() {
        return forgotten(1).getFirst();
    }

    /** Accepted, and neither in the outbox nor anywhere else. */
    private List<NotificationId> forgotten(int count) {
        var notifications = Samples.submission(clock(), tenant, new UserId("ada"), count);
        store().notifications().accept(notifications);
        store().outbox().deleteSubmission(notifications.getFirst().id());
        return notifications.stream().map(Notification::id).toList();
    }

    private void append(Event event) {
        store().timeline().append(List.of(Transition.of(tenant, event)));
    }

    private SettableClock clock() {
        return store().clock();
    }
}
