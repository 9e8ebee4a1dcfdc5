package io.herald.simulation;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.delivery.Draft;
import io.herald.delivery.HandOver;
import io.herald.memory.Ports;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.outbox.Outbox;
import io.herald.outbox.OutboxRow;
import io.herald.schedule.DueRow;
import io.herald.schedule.DueWork;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Breaks the protocol, one rule at a time: the simulation has to find it. */
class BrokenProtocolTest {

    private static final int SCHEDULES = 3_000;

    @Test
    void a_claim_after_a_look_up_in_place_of_an_insert_that_may_lose() throws InterruptedException {
        finds(
                Invariant.ATTEMPT_ONCE,
                new Protocol() {
                    @Override
                    Timeline timeline(Timeline timeline) {
                        return appending(
                                timeline,
                                transitions -> {
                                    var newest = timeline.newest(idsOf(transitions));
                                    var free =
                                            transitions.stream()
                                                    .filter(each ->
                                                            isNext(
                                                                    each,
                                                                    newest.get(
                                                                            each.event()
                                                                                    .notification())))
                                                    .toList();
                                    timeline.append(free);
                                    return idsOf(free);
                                });
                    }
                });
    }

    @Test
    void a_conflict_that_is_swallowed() throws InterruptedException {
        finds(
                Invariant.ATTEMPT_ONCE,
                new Protocol() {
                    @Override
                    Timeline timeline(Timeline timeline) {
                        return appending(
                                timeline,
                                transitions -> {
                                    timeline.append(transitions);
                                    return idsOf(transitions);
                                });
                    }
                });
    }

    @Test
    void an_outbox_row_that_is_deleted_before_it_is_published() throws InterruptedException {
        finds(
                Invariant.ACCEPTED_IS_SETTLED,
                new WithoutReconciler() {
                    @Override
                    Outbox outbox(Outbox outbox) {
                        return Ports.around(
                                Outbox.class,
                                outbox,
                                call -> {
                                    var result = call.proceed();
                                    if (call.name().equals("Outbox.lease")) {
                                        outbox.delete(all(OutboxRow.class, result));
                                    }
                                    return result;
                                });
                    }
                });
    }

    @Test
    void a_retry_without_its_due_row() throws InterruptedException {
        finds(
                Invariant.ACCEPTED_IS_SETTLED,
                withoutDueRow(transition -> transition.event().status() == Status.RETRYING));
    }

    @Test
    void a_release_without_its_due_row() throws InterruptedException {
        finds(Invariant.ACCEPTED_IS_SETTLED, withoutDueRow(Transition::release));
    }

    private static Protocol withoutDueRow(Predicate<Transition> which) {
        return new WithoutReconciler() {
            @Override
            Timeline timeline(Timeline timeline) {
                return appending(
                        timeline,
                        transitions ->
                                timeline.append(
                                        transitions.stream()
                                                .map(each ->
                                                        which.test(each)
                                                                ? new Transition(
                                                                        each.tenant(),
                                                                        each.event(),
                                                                        null,
                                                                        each.consumes(),
                                                                        each.release())
                                                                : each)
                                                .toList()));
            }
        };
    }

    @Test
    void a_lease_that_nobody_waits_for() throws InterruptedException {
        finds(
                Invariant.LEASE_HOLDS,
                new Protocol() {
                    @Override
                    DueWork dueWork(DueWork dueWork) {
                        return Ports.around(
                                DueWork.class,
                                dueWork,
                                call ->
                                        switch (call.name()) {
                                            case "DueWork.watch" -> {
                                                dueWork.watch(atOnce(call.argument(0)));
                                                yield null;
                                            }
                                            case "DueWork.due" -> withoutLeases(call.proceed());
                                            default -> call.proceed();
                                        });
                    }
                });
    }

    private static List<DueWork.Watch> atOnce(@Nullable Object rows) {
        return all(DueWork.Watch.class, rows).stream()
                .map(row ->
                        new DueWork.Watch(
                                row.tenant(), row.notification(), row.sequence(), Instant.EPOCH))
                .toList();
    }

    private static DueWork.Helping withoutLeases(@Nullable Object helping) {
        var found = (DueWork.Helping) requireNonNull(helping);
        var rows =
                found.rows().stream()
                        .map(row ->
                                new DueRow(
                                        row.tenant(),
                                        row.notification(),
                                        row.sequence(),
                                        row.lane(),
                                        row.terms(),
                                        withoutLease(row.newest())))
                        .toList();
        return new DueWork.Helping(rows, found.orphans());
    }

    private static @Nullable Event withoutLease(@Nullable Event event) {
        return event == null
                ? null
                : new Event(
                        event.notification(),
                        event.sequence(),
                        event.kind(),
                        event.status(),
                        event.attempt(),
                        event.at(),
                        null,
                        event.reason(),
                        event.reference());
    }

    @Test
    void an_outcome_that_is_recorded_before_the_hand_over() throws InterruptedException {
        finds(
                Invariant.STATUS_AGREES,
                new Protocol() {
                    @Override
                    HandOver handOver(HandOver handOver, Timeline timeline) {
                        return (drafts, deadline) -> {
                            recordAsSent(drafts, timeline);
                            return handOver.handOver(drafts, deadline);
                        };
                    }
                });
    }

    private static void recordAsSent(List<Draft> drafts, Timeline timeline) {
        var ids = drafts.stream().map(Draft::notification).toList();
        var newest = timeline.newest(ids);
        timeline.append(
                drafts.stream()
                        .map(draft ->
                                Transition.of(
                                        draft.tenant(),
                                        sent(requireNonNull(newest.get(draft.notification())))))
                        .toList());
    }

    private static Event sent(Event claim) {
        return new Event(
                claim.notification(),
                claim.sequence() + 1,
                EventKind.SENT,
                Status.SENT,
                claim.attempt(),
                claim.at(),
                null,
                null,
                null);
    }

    @Test
    void a_hand_over_in_any_order() throws InterruptedException {
        finds(
                Invariant.ORDER,
                new Protocol() {
                    @Override
                    HandOver handOver(HandOver handOver, Timeline timeline) {
                        return (drafts, deadline) ->
                                handOver.handOver(drafts.reversed(), deadline).reversed();
                    }
                });
    }

    @Test
    void a_cancel_that_takes_its_place_whoever_was_first() throws InterruptedException {
        finds(
                Invariant.CANCELLED_IS_NOT_SENT,
                new Protocol() {
                    @Override
                    Timeline timeline(Timeline timeline) {
                        return appending(
                                timeline,
                                transitions -> {
                                    var stored = timeline.append(transitions);
                                    boolean cancel =
                                            transitions.getFirst().event().kind()
                                                    == EventKind.CANCELLED;
                                    return cancel ? idsOf(transitions) : stored;
                                });
                    }
                });
    }

    @Test
    void a_cancel_that_knows_nothing_of_a_lost_attempt() throws InterruptedException {
        finds(
                Invariant.CANCELLED_IS_NOT_SENT,
                new Protocol() {
                    @Override
                    Timeline timeline(Timeline timeline) {
                        return Ports.around(
                                Timeline.class,
                                timeline,
                                call ->
                                        call.name().equals("Timeline.of")
                                                ? all(Event.class, call.proceed()).stream()
                                                        .filter(event ->
                                                                event.kind() != EventKind.LOST)
                                                        .toList()
                                                : call.proceed());
                    }
                });
    }

    @Test
    void a_due_row_that_counts_though_the_time_was_changed() throws InterruptedException {
        finds(
                Invariant.IN_ITS_TIME,
                new Protocol() {
                    @Override
                    Timeline timeline(Timeline timeline) {
                        return appending(
                                timeline,
                                transitions ->
                                        timeline.append(
                                                transitions.stream()
                                                        .map(BrokenProtocolTest::leavingItsDueRow)
                                                        .toList()));
                    }

                    @Override
                    DueWork dueWork(DueWork dueWork) {
                        return Ports.around(
                                DueWork.class,
                                dueWork,
                                call ->
                                        call.name().equals("DueWork.due")
                                                ? asIfCurrent(call.proceed())
                                                : call.proceed());
                    }
                });
    }

    private static Transition leavingItsDueRow(Transition one) {
        return one.event().kind() == EventKind.RESCHEDULED
                ? new Transition(one.tenant(), one.event(), one.dueAt(), null, one.release())
                : one;
    }

    private static DueWork.Helping asIfCurrent(@Nullable Object helping) {
        var found = (DueWork.Helping) requireNonNull(helping);
        var rows =
                found.rows().stream()
                        .map(row -> {
                            var newest = row.newest();
                            return new DueRow(
                                    row.tenant(),
                                    row.notification(),
                                    newest == null ? row.sequence() : newest.sequence(),
                                    row.lane(),
                                    row.terms(),
                                    newest);
                        })
                        .toList();
        return new DueWork.Helping(rows, found.orphans());
    }

    private static class WithoutReconciler extends Protocol {
        @Override
        boolean reconciles() {
            return false;
        }
    }

    private static Timeline appending(
            Timeline timeline, Function<List<Transition>, Set<NotificationId>> append) {
        return Ports.around(
                Timeline.class,
                timeline,
                call ->
                        call.name().equals("Timeline.append")
                                ? append.apply(all(Transition.class, call.argument(0)))
                                : call.proceed());
    }

    private static <T> List<T> all(Class<T> type, @Nullable Object list) {
        return ((Collection<?>) requireNonNull(list)).stream().map(type::cast).toList();
    }

    private static Set<NotificationId> idsOf(List<Transition> transitions) {
        return transitions.stream().map(each -> each.event().notification()).collect(toSet());
    }

    private static boolean isNext(Transition transition, @Nullable Event newest) {
        return transition.event().sequence() == (newest == null ? 1 : newest.sequence() + 1);
    }

    private static void finds(Invariant invariant, Protocol broken) throws InterruptedException {
        var found = new ArrayList<Long>();
        Schedules.run(
                1,
                SCHEDULES,
                Duration.ofHours(1),
                broken,
                (seed, report) -> {
                    if (report.violations().stream()
                            .anyMatch(violation -> violation.invariant() == invariant)) {
                        found.add(seed);
                    }
                    return found.isEmpty();
                });
        assertThat(found).as("seeds that violate " + invariant).isNotEmpty();
        assertThat(Simulation.explain(found.getFirst(), broken))
                .startsWith("seed " + found.getFirst())
                .contains(invariant.name(), " gives ");
    }
}
