package io.herald.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.DecideOutcome;
import io.herald.attempt.RetryPolicies;
import io.herald.contract.Samples;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Recipient;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.schedule.DueRow;
import io.herald.schedule.DueWork;
import io.herald.schedule.SettleDueWork;
import io.herald.submission.Notification;
import io.herald.template.Wording;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link Reconciliation} keeps to. */
public abstract class ReconciliationContract {
    private static final int MANY = 10_000;
    private static final Instant LOOK_AGAIN = Store.START.plus(Duration.ofHours(2));
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Set<Lane> ALL = EnumSet.allOf(Lane.class);

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void a_notification_without_an_event_is_looked_at_again_and_not_published() {
        var id = accepted();

        assertThat(advanceAnHour().found()).isEqualTo(1);

        assertThat(outbox()).as("it may be on its way").isEmpty();
        assertThat(dueAt(LOOK_AGAIN, id)).isZero();
    }

    @Test
    void one_that_hangs_after_its_release_is_looked_at_again_under_that_release() {
        var id = accepted();
        append(Samples.sending(clock(), id, 1, clock().instant()));
        append(Samples.event(clock(), id, 2, EventKind.LOST, Status.RETRYING, 1));
        append(Samples.released(clock(), id, 3));

        assertThat(advanceAnHour().found()).isEqualTo(1);

        assertThat(outbox()).isEmpty();
        assertThat(dueAt(LOOK_AGAIN, id)).isEqualTo(3);
    }

    @Test
    void what_never_reached_kafka_is_published_by_due_work_in_the_end() {
        var never = accepted();
        var late = accepted();
        advanceAnHour();
        append(Samples.sending(clock(), late, 1, clock().instant()));
        append(Samples.sent(clock(), late, 2));

        clock().set(LOOK_AGAIN);
        var dueWork =
                new SettleDueWork(
                        store().dueWork(),
                        store().timeline(),
                        new DecideOutcome(RetryPolicies.DEFAULT, clock(), new Random(1)),
                        _ -> ALL,
                        clock(),
                        HOUR,
                        MANY);
        dueWork.step();

        assertThat(outbox())
                .containsExactly(new OutboxRow(tenant, Lane.EMAIL, never, never, 0, 1, 1));
        assertThat(due()).extracting(DueRow::notification).as("watched on").containsExactly(never);
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

        assertThat(found(ALL)).isEqualTo(1);
        assertThat(due().stream().map(DueRow::notification)).containsExactly(before);

        // It was published, and Kafka lost it.
        outbox();
        assertThat(found(ALL)).isEqualTo(4);
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
        assertThat(due()).extracting(DueRow::notification).containsExactly(inside);

        clock().advance(HOUR);
        assertThat(advance(clock().instant(), MANY).found()).isEqualTo(1);
        assertThat(due())
                .extracting(DueRow::notification)
                .containsExactlyInAnyOrder(inside, outside);
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
        assertThat(due()).extracting(DueRow::notification).containsExactlyInAnyOrderElementsOf(ids);
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
        assertThat(due()).hasSize(200);
    }

    @ParameterizedTest
    @EnumSource
    void every_lane_is_looked_at_and_only_those_that_are_asked_for(Lane lane) {
        var id = accepted(lane);

        assertThat(advance(EnumSet.complementOf(EnumSet.of(lane))).found()).isZero();
        assertThat(advance(EnumSet.noneOf(Lane.class)).found()).isZero();
        assertThat(advance(EnumSet.of(lane)).found()).isEqualTo(1);

        assertThat(due()).extracting(DueRow::notification).containsExactly(id);
    }

    @Test
    void a_lane_that_was_held_up_is_looked_at_from_where_it_was_and_then_with_the_others() {
        var others = EnumSet.complementOf(EnumSet.of(Lane.INBOX));
        var held = accepted(Lane.INBOX);
        accepted(Lane.EMAIL);
        assertThat(advance(others).found()).isEqualTo(1);
        clock().set(Store.START.plus(HOUR));
        accepted(Lane.INBOX);
        accepted(Lane.URGENT);

        var until = Store.START.plus(HOUR).plusSeconds(1);
        assertThat(advance(ALL, until, MANY)).isEqualTo(new Reconciliation.Progress(1, true));
        assertThat(due()).extracting(DueRow::notification).contains(held);
        assertThat(advance(ALL, until, MANY)).isEqualTo(new Reconciliation.Progress(2, false));
        assertThat(due()).hasSize(4);
    }

    @Test
    void what_waits_in_the_outbox_holds_up_its_own_lanes_only() {
        var waiting = notification(Lane.EMAIL);
        store().notifications().accept(List.of(waiting));
        clock().advance(Duration.ofMinutes(1));
        var after = accepted(Lane.EMAIL);
        var fine = accepted(Lane.WEBHOOK);

        found(ALL);
        assertThat(due()).extracting(DueRow::notification).containsExactly(fine);

        outbox();
        found(ALL);
        assertThat(due())
                .extracting(DueRow::notification)
                .containsExactlyInAnyOrder(fine, waiting.id(), after);
    }

    @Test
    void however_much_waits_in_other_lanes_it_comes_through() {
        for (int i = 0; i < 2_100; i++) {
            store().notifications().accept(List.of(notification(Lane.EMAIL)));
            clock().advance(Duration.ofMillis(1));
        }
        var fine = accepted(Lane.WEBHOOK);

        found(EnumSet.of(Lane.WEBHOOK));

        assertThat(due()).extracting(DueRow::notification).containsExactly(fine);
    }

    /** How many are taken up when it goes on as long as it is worth it. */
    private int found(Set<Lane> lanes) {
        int found = 0;
        for (int steps = 0; steps < 100; steps++) {
            var progress = advance(lanes);
            found += progress.found();
            if (!progress.more()) {
                return found;
            }
        }
        throw new AssertionError("it never ends");
    }

    private Reconciliation.Progress advance(Set<Lane> lanes) {
        return advance(lanes, Store.START.plus(HOUR), MANY);
    }

    private Reconciliation.Progress advanceAnHour() {
        return advance(Store.START.plus(HOUR), MANY);
    }

    private Reconciliation.Progress advance(Instant until, int limit) {
        return advance(ALL, until, limit);
    }

    private Reconciliation.Progress advance(Set<Lane> lanes, Instant until, int limit) {
        return store().reconciliation().advance(lanes, until, LOOK_AGAIN, limit);
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

    private NotificationId accepted(Lane lane) {
        var notification = notification(lane);
        store().notifications().accept(List.of(notification));
        store().outbox().deleteSubmissions(List.of(notification.id()));
        return notification.id();
    }

    private Notification notification(Lane lane) {
        var id = new NotificationIds(clock(), new Random()).consecutive(1).getFirst();
        return new Notification(
                tenant,
                id,
                new Recipient.OfUser(new UserId("ada")),
                Channel.EMAIL,
                lane,
                new Wording.OfTemplate("order-shipped", 3),
                "transactional",
                Guarantee.AT_LEAST_ONCE,
                Samples.object(),
                null,
                null);
    }

    private NotificationId accepted() {
        return forgotten(1).getFirst();
    }

    /** Accepted, and neither in the outbox nor anywhere else. */
    private List<NotificationId> forgotten(int count) {
        var notifications = Samples.submission(clock(), tenant, new UserId("ada"), count);
        store().notifications().accept(notifications);
        store().outbox().deleteSubmissions(List.of(notifications.getFirst().id()));
        return notifications.stream().map(Notification::id).toList();
    }

    private void append(Event event) {
        store().timeline().append(List.of(Transition.of(tenant, event)));
    }

    private SettableClock clock() {
        return store().clock();
    }
}
