package io.herald.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.events.DispatchRecord;
import io.herald.notification.EventKind;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.submission.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every {@link Outbox} keeps to. */
public abstract class OutboxContract {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Instant LATER = Store.START.plusSeconds(3600);

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void the_oldest_rows_are_leased_first_and_no_more_than_asked_for() {
        var first = accepted(1).getFirst().id();
        store().clock().advance(Duration.ofSeconds(1));
        var second = accepted(1).getFirst().id();
        store().clock().advance(Duration.ofSeconds(1));
        var third = accepted(1).getFirst().id();

        assertThat(firsts(lease(LATER, 2))).containsExactly(first, second);
        assertThat(firsts(lease(LATER, 2))).containsExactly(third);
    }

    @Test
    void a_helping_is_no_heavier_than_asked_but_for_its_first_row() {
        var ids = new ArrayList<NotificationId>();
        for (int count : List.of(100, 100, 100, 1)) {
            ids.add(accepted(count).getFirst().id());
            store().clock().advance(Duration.ofMillis(1));
        }

        // A hundred records weigh more than 50 KB, two hundred more than 100 KB.
        assertThat(firsts(store().outbox().lease(LATER, LEASE, 10, 1))).containsExactly(ids.get(0));
        assertThat(firsts(store().outbox().lease(LATER, LEASE, 10, 100_000)))
                .containsExactly(ids.get(1), ids.get(2));
        assertThat(firsts(store().outbox().lease(LATER, LEASE, 10, 1))).containsExactly(ids.get(3));
    }

    @Test
    void a_leased_row_is_hidden_until_its_lease_ends_and_counts_its_tries() {
        accepted(1);

        assertThat(lease(LATER, 10)).singleElement().extracting(OutboxRow::tries).isEqualTo(1);
        assertThat(lease(LATER.plus(LEASE).minusMillis(1), 10)).isEmpty();
        assertThat(lease(LATER.plus(LEASE), 10))
                .singleElement()
                .extracting(OutboxRow::tries)
                .isEqualTo(2);
    }

    @Test
    void a_postponed_row_shows_again_at_its_time() {
        accepted(1);
        var rows = lease(LATER, 10);

        store().outbox().postpone(Map.of(rows.getFirst(), LATER.plusSeconds(5)));

        assertThat(lease(LATER.plusSeconds(5).minusMillis(1), 10)).isEmpty();
        assertThat(lease(LATER.plusSeconds(5), 10)).hasSize(1);
    }

    @Test
    void a_deleted_row_is_gone_and_may_be_deleted_again() {
        accepted(1);
        var rows = lease(LATER, 10);

        store().outbox().delete(rows);
        store().outbox().delete(rows);

        assertThat(lease(LATER.plusSeconds(3600), 10)).isEmpty();
    }

    @Test
    void a_submission_published_at_once_is_forgotten_and_no_other() {
        var published = accepted(3).getFirst().id();
        var waiting = accepted(3).getFirst().id();

        store().outbox().deleteSubmissions(List.of(published));
        store().outbox().deleteSubmissions(List.of(published));

        assertThat(firsts(lease(LATER, 10))).containsExactly(waiting);
    }

    @Test
    void the_row_of_a_release_is_another_than_that_of_the_submission() {
        var id = accepted(1).getFirst().id();
        release(id, 2);

        store().outbox().deleteSubmissions(List.of(id));

        assertThat(lease(LATER, 10))
                .containsExactly(new OutboxRow(tenant, Lane.EMAIL, id, id, 2, 2, 1));
    }

    @Test
    void of_each_lane_comes_what_has_the_earlier_turn() {
        var late = held(Lane.EMAIL, Store.START.plusSeconds(2));
        var early = held(Lane.EMAIL, Store.START.plusSeconds(1));
        var urgent = held(Lane.URGENT, Store.START.plusSeconds(3));

        assertThat(firsts(lease(Store.START, 1))).containsExactlyInAnyOrder(early, urgent);
        assertThat(firsts(lease(Store.START, 1))).containsExactly(late);
    }

    @Test
    void a_lane_without_room_gives_nothing_and_holds_no_other_up() {
        var mail = held(Lane.EMAIL, Store.START);
        var urgent = held(Lane.URGENT, Store.START);

        assertThat(firsts(lease(Map.of(Lane.EMAIL, 0, Lane.URGENT, 1)))).containsExactly(urgent);
        assertThat(firsts(lease(Map.of(Lane.URGENT, 1)))).isEmpty();
        assertThat(firsts(lease(Map.of(Lane.EMAIL, 1)))).containsExactly(mail);
    }

    @Test
    void a_lane_gives_rows_until_its_room_is_used_up() {
        for (int i = 0; i < 3; i++) {
            held(Lane.EMAIL, Store.START.plusSeconds(i));
        }

        assertThat(lease(Map.of(Lane.EMAIL, 2))).hasSize(2);
        assertThat(lease(Map.of(Lane.EMAIL, 2))).hasSize(1);
    }

    @Test
    void what_is_held_waits_for_no_grace() {
        var held = held(Lane.EMAIL, Store.START);
        accepted(1);

        assertThat(firsts(lease(Store.START, 10))).containsExactly(held);
    }

    @Test
    void a_submission_to_two_lanes_has_a_row_for_each_with_its_own_records() {
        var mails = Samples.submission(store().clock(), tenant, new UserId("ada"), 4);
        var both =
                List.of(
                        mails.get(0),
                        Samples.on(Lane.URGENT, mails.get(1)),
                        mails.get(2),
                        Samples.on(Lane.URGENT, mails.get(3)));
        store().notifications().accept(both);

        var records = store().outbox().records(lease(LATER, 10));

        assertThat(records).hasSize(2);
        records.forEach((row, some) ->
                assertThat(some)
                        .isEqualTo(
                                both.stream()
                                        .filter(one -> one.lane() == row.lane())
                                        .map(Notification::asFirstRecord)
                                        .toList()));
        store().outbox().deleteSubmissions(List.of(both.get(0).id()));
        assertThat(lease(LATER.plus(LEASE), 10))
                .singleElement()
                .extracting(OutboxRow::lane)
                .isEqualTo(Lane.URGENT);
    }

    private NotificationId held(Lane lane, Instant turn) {
        var one =
                Samples.on(
                        lane,
                        Samples.submission(store().clock(), tenant, new UserId("ada"), 1)
                                .getFirst());
        store().notifications().accept(List.of(one), Map.of(lane, new Turn(turn, true)));
        return one.id();
    }

    private List<OutboxRow> lease(Map<Lane, Integer> room) {
        return store().outbox().lease(Store.START, LEASE, room, 10, Long.MAX_VALUE);
    }

    @Test
    void a_submission_has_a_record_for_each_of_its_notifications_in_their_order() {
        var accepted = accepted(50);
        store().clock().advance(Duration.ofMillis(1));
        accepted(10);
        var row = lease(LATER, 1).getFirst();

        var records = store().outbox().records(List.of(row));

        assertThat(records).containsOnlyKeys(row);
        assertThat(records.get(row))
                .isEqualTo(accepted.stream().map(Notification::asFirstRecord).toList());
    }

    @Test
    void a_released_notification_has_one_record_that_names_its_release() {
        var notification = accepted(3).get(1);
        store().outbox().delete(lease(LATER, 10));
        release(notification.id(), 4);
        var row = lease(LATER, 10).getFirst();

        assertThat(store().outbox().records(List.of(row)).get(row))
                .containsExactly(notification.asRecord(4, 2));
    }

    @Test
    void a_record_says_when_it_expires_and_since_when_it_is_being_sent() {
        var time = Store.START.plusSeconds(60);
        var scheduled =
                Samples.timed(
                        Samples.submission(store().clock(), tenant, new UserId("ada"), 1)
                                .getFirst(),
                        new Timing(time, time.plusSeconds(60)));
        store().notifications().accept(List.of(scheduled));
        release(scheduled.id(), 2);
        assertThat(recordOf(lease(LATER, 10))).isEqualTo(scheduled.asRecord(2, 2, time, 0));

        store().outbox().delete(lease(LATER.plusSeconds(60), 10));
        store().clock().advance(Duration.ofDays(1));
        var resolved =
                Samples.event(
                        store().clock(), scheduled.id(), 3, EventKind.RESOLVED, Status.PENDING, 1);
        store().timeline().append(List.of(new Transition(tenant, resolved, null, null, true)));

        assertThat(recordOf(lease(Store.START.plus(Duration.ofDays(2)), 10)))
                .isEqualTo(scheduled.asRecord(3, 2, resolved.at(), 1));
    }

    @Test
    void a_record_of_what_was_replayed_says_which_attempts_count_no_more() {
        var notification = accepted(1).getFirst();
        store().outbox().delete(lease(LATER, 10));
        store().clock().advance(Duration.ofDays(1));
        var replayed =
                Samples.event(
                        store().clock(),
                        notification.id(),
                        7,
                        EventKind.REPLAYED,
                        Status.PENDING,
                        3);
        store().timeline().append(List.of(new Transition(tenant, replayed, null, null, true)));

        assertThat(recordOf(lease(Store.START.plus(Duration.ofDays(2)), 10)))
                .isEqualTo(notification.asRecord(7, 4, replayed.at(), 3));
    }

    private DispatchRecord recordOf(List<OutboxRow> rows) {
        return store().outbox().records(rows).values().iterator().next().getFirst();
    }

    @Test
    void records_come_for_many_rows_at_once_also_over_weeks() {
        var expected = new ArrayList<List<DispatchRecord>>();
        for (int week = 0; week < 3; week++) {
            var submission = accepted(3);
            expected.add(submission.stream().map(Notification::asFirstRecord).toList());
            release(submission.getLast().id(), 2);
            expected.add(List.of(submission.getLast().asRecord(2, 2)));
            store().clock().advance(Duration.ofDays(7));
        }
        var rows = lease(Store.START.plus(Duration.ofDays(30)), 100);

        var records = store().outbox().records(rows);

        assertThat(records.keySet()).containsExactlyElementsOf(rows);
        assertThat(records.values()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void nothing_is_asked_of_an_empty_list() {
        assertThat(store().outbox().records(List.of())).isEmpty();
        store().outbox().delete(List.of());
        store().outbox().postpone(Map.of());
        assertThat(lease(LATER, 10)).isEmpty();
    }

    @Test
    void callers_at_the_same_time_never_get_the_same_row() throws Exception {
        for (int i = 0; i < 60; i++) {
            accepted(1);
        }
        int callers = 4;
        var start = new CyclicBarrier(callers);
        Callable<List<OutboxRow>> caller =
                () -> {
                    start.await();
                    var mine = new ArrayList<OutboxRow>();
                    for (var rows = lease(LATER, 5); !rows.isEmpty(); rows = lease(LATER, 5)) {
                        mine.addAll(rows);
                    }
                    return mine;
                };
        var leased = new ArrayList<OutboxRow>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(Collections.nCopies(callers, caller))) {
                leased.addAll(result.get());
            }
        }
        // One that saw only rows another was just taking has given up early; they are leased now.
        assertThat(leased).hasSize(60).doesNotHaveDuplicates();
        assertThat(leased).extracting(OutboxRow::tries).containsOnly(1);
    }

    private List<Notification> accepted(int count) {
        var notifications = Samples.submission(store().clock(), tenant, new UserId("ada"), count);
        store().notifications().accept(notifications);
        return notifications;
    }

    private void release(NotificationId id, int sequence) {
        var event = Samples.released(store().clock(), id, sequence);
        store().timeline().append(List.of(new Transition(tenant, event, null, null, true)));
    }

    private List<OutboxRow> lease(Instant now, int limit) {
        return store().outbox().lease(now, LEASE, limit, Long.MAX_VALUE);
    }

    private static List<NotificationId> firsts(List<OutboxRow> rows) {
        return rows.stream().map(OutboxRow::first).toList();
    }
}
