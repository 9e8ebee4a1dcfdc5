package io.herald.notification;

import static io.herald.contract.Samples.released;
import static io.herald.contract.Samples.sending;
import static io.herald.contract.Samples.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.contract.Samples;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.outbox.OutboxRow;
import io.herald.schedule.DueRow;
import io.herald.submission.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link Timeline} keeps to. */
public abstract class TimelineContract {
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void an_event_comes_back_as_it_was_appended() {
        var id = accepted(1).getFirst();
        var event =
                new Event(
                        id,
                        1,
                        EventKind.DEFERRED,
                        Status.RETRYING,
                        2,
                        clock().instant().plusNanos(123_456_000),
                        clock().instant().plusSeconds(60),
                        new Reason("provider_busy", Samples.ODD_TEXT),
                        "ref-1",
                        1);

        assertThat(append(event)).containsExactly(id);

        assertThat(timeline().of(id)).containsExactly(event);
        assertThat(timeline().newest(List.of(id))).isEqualTo(Map.of(id, event));
    }

    @Test
    void times_are_kept_to_the_microsecond_and_never_rounded_up() {
        var id = accepted(1).getFirst();
        var at = clock().instant().plusNanos(999_999_999);

        append(new Event(id, 1, EventKind.SENT, Status.SENT, 1, at, at, null, null));

        var micros = clock().instant().plusNanos(999_999_000);
        assertThat(timeline().of(id))
                .allSatisfy(event -> {
                    assertThat(event.at()).isEqualTo(micros);
                    assertThat(event.until()).isEqualTo(micros);
                });
    }

    @Test
    void a_nul_character_is_left_out() {
        var id = accepted(1).getFirst();

        append(
                new Event(
                        id,
                        1,
                        EventKind.REFUSED,
                        Status.FAILED,
                        1,
                        clock().instant(),
                        null,
                        new Reason("refused", "a\0b"),
                        "\0r"));

        var event = timeline().of(id).getFirst();
        assertThat(event.reason()).isEqualTo(new Reason("refused", "ab"));
        assertThat(event.reference()).isEqualTo("r");
    }

    @Test
    void a_sequence_is_taken_once() {
        var id = accepted(1).getFirst();
        var first = sending(clock(), id, 1, clock().instant().plus(LEASE));
        var second = sending(clock(), id, 1, clock().instant().plus(LEASE).plusSeconds(1));

        assertThat(append(first)).containsExactly(id);
        assertThat(append(second)).isEmpty();

        assertThat(timeline().of(id)).containsExactly(first);
    }

    @Test
    void of_a_batch_those_that_are_free_are_stored() {
        var ids = accepted(3);
        append(sending(clock(), ids.get(1), 1, clock().instant()));

        var stored =
                timeline()
                        .append(
                                ids.reversed().stream()
                                        .map(id -> sending(clock(), id, 1, clock().instant()))
                                        .map(event -> Transition.of(tenant, event))
                                        .toList());

        assertThat(stored).containsExactlyInAnyOrder(ids.get(0), ids.get(2));
    }

    @Test
    void nothing_is_appended_by_an_empty_batch() {
        assertThat(timeline().append(List.of())).isEmpty();
        assertThat(timeline().newest(List.of())).isEmpty();
    }

    @Test
    void the_newest_event_is_the_one_with_the_highest_sequence() {
        var ids = accepted(3);
        append(sending(clock(), ids.get(0), 1, clock().instant()));
        append(sent(clock(), ids.get(0), 2));
        append(sending(clock(), ids.get(1), 1, clock().instant()));

        var newest = timeline().newest(ids);

        assertThat(newest).containsOnlyKeys(ids.get(0), ids.get(1));
        assertThat(newest.values().stream().map(Event::status))
                .containsExactlyInAnyOrder(Status.SENT, Status.SENDING);
    }

    @Test
    void the_events_of_a_notification_come_oldest_first() {
        var id = accepted(1).getFirst();
        append(sending(clock(), id, 1, clock().instant()));
        append(sent(clock(), id, 2));

        assertThat(timeline().of(id).stream().map(Event::sequence)).containsExactly(1, 2);
        assertThat(timeline().of(accepted(1).getFirst())).isEmpty();
    }

    @Test
    void a_retry_is_watched_under_its_own_sequence() {
        var id = accepted(1).getFirst();
        var dueAt = clock().instant().plusSeconds(60);

        timeline()
                .append(
                        List.of(
                                new Transition(
                                        tenant,
                                        sending(clock(), id, 1, dueAt),
                                        dueAt,
                                        null,
                                        false)));

        assertThat(due(dueAt.minusMillis(1))).isEmpty();
        assertThat(due(dueAt))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.tenant()).isEqualTo(tenant);
                    assertThat(row.notification()).isEqualTo(id);
                    assertThat(row.sequence()).isEqualTo(1);
                });
    }

    @Test
    void a_release_replaces_its_due_row_and_leaves_an_outbox_row() {
        var id = retrying();
        var later = clock().instant().plusSeconds(600);

        timeline().append(List.of(release(id, later)));

        assertThat(due(later)).singleElement().extracting(DueRow::sequence).isEqualTo(2);
        assertThat(due(later.minusMillis(1))).isEmpty();
        assertThat(leased()).containsExactly(new OutboxRow(tenant, Lane.EMAIL, id, id, 2, 2, 1));
    }

    @Test
    void a_release_that_loses_leaves_everything_as_it_was() {
        var id = retrying();
        append(Samples.event(clock(), id, 2, EventKind.REFUSED, Status.CANCELLED, 1));

        var stored = timeline().append(List.of(release(id, clock().instant().plusSeconds(600))));

        assertThat(stored).isEmpty();
        assertThat(due(clock().instant()))
                .singleElement()
                .extracting(DueRow::sequence)
                .isEqualTo(1);
        assertThat(due(clock().instant().plusSeconds(600))).hasSize(1);
        assertThat(leased()).isEmpty();
    }

    @Test
    void consequences_are_those_of_each_notification_alone() {
        var plain = accepted(1).getFirst();
        var watched = accepted(1).getFirst();
        var consuming = retrying();
        var now = clock().instant();

        var stored =
                timeline()
                        .append(
                                List.of(
                                        Transition.of(tenant, sent(clock(), plain, 1)),
                                        new Transition(
                                                tenant,
                                                sent(clock(), watched, 1),
                                                now.plusSeconds(1),
                                                null,
                                                false),
                                        new Transition(
                                                tenant,
                                                sent(clock(), consuming, 2),
                                                null,
                                                1,
                                                false)));

        assertThat(stored).containsExactlyInAnyOrder(plain, watched, consuming);
        assertThat(due(now.plusSeconds(1)))
                .singleElement()
                .extracting(DueRow::notification)
                .isEqualTo(watched);
        assertThat(leased()).isEmpty();
    }

    @Test
    void of_many_writers_exactly_one_wins_and_the_others_leave_no_trace() throws Exception {
        int writers = 8;
        var ids = accepted(100);
        var wins = new ConcurrentHashMap<NotificationId, List<Integer>>();
        var start = new CyclicBarrier(writers);
        var tasks = new ArrayList<Callable<Boolean>>();
        for (int writer = 0; writer < writers; writer++) {
            int number = writer;
            tasks.add(() -> {
                start.await();
                race(ids, number, wins);
                return true;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(tasks)) {
                assertThat(result.get()).isTrue();
            }
        }

        assertThat(wins).containsOnlyKeys(ids);
        assertThat(wins).allSatisfy((id, winners) -> assertThat(winners).hasSize(1));
        var stored = new HashMap<NotificationId, @Nullable String>();
        timeline().newest(ids).forEach((id, event) -> stored.put(id, event.reference()));
        var won = new HashMap<NotificationId, @Nullable String>();
        wins.forEach((id, winners) -> won.put(id, "writer-" + winners.getFirst()));
        assertThat(stored).isEqualTo(won);
        // Even writers watch, each until a time of its own; odd ones release.
        var due =
                due(Store.START.plus(Duration.ofDays(1))).stream()
                        .map(DueRow::notification)
                        .toList();
        assertThat(due).containsExactlyInAnyOrderElementsOf(wonBy(wins, 0));
        var released = leased().stream().map(OutboxRow::first).toList();
        assertThat(released).containsExactlyInAnyOrderElementsOf(wonBy(wins, 1));
        for (int writer = 0; writer < writers; writer += 2) {
            int last = writer;
            assertThat(due(dueAt(writer)))
                    .hasSize(
                            (int)
                                    wins.values().stream()
                                            .filter(winner -> winner.getFirst() % 2 == 0)
                                            .filter(winner -> winner.getFirst() <= last)
                                            .count());
        }
    }

    private void race(
            List<NotificationId> ids, int writer, Map<NotificationId, List<Integer>> wins) {
        var shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled);
        // Several calls, so that the writers' wins are mixed.
        for (int from = 0; from < shuffled.size(); from += 20) {
            var transitions =
                    shuffled.subList(from, from + 20).stream()
                            .map(id -> attempt(id, writer))
                            .toList();
            timeline()
                    .append(transitions)
                    .forEach(id ->
                            wins.computeIfAbsent(
                                            id,
                                            _ -> Collections.synchronizedList(new ArrayList<>()))
                                    .add(writer));
        }
    }

    private Transition attempt(NotificationId id, int writer) {
        var event =
                new Event(
                        id,
                        1,
                        EventKind.CLAIMED,
                        Status.SENDING,
                        1,
                        clock().instant(),
                        null,
                        null,
                        "writer-" + writer);
        return writer % 2 == 0
                ? new Transition(tenant, event, dueAt(writer), null, false)
                : new Transition(tenant, event, null, null, true);
    }

    private static Instant dueAt(int writer) {
        return Store.START.plusSeconds(60L * (writer + 1));
    }

    private static List<NotificationId> wonBy(
            Map<NotificationId, List<Integer>> wins, int remainder) {
        return wins.entrySet().stream()
                .filter(win -> win.getValue().getFirst() % 2 == remainder)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    void two_transitions_of_one_notification_are_refused_and_nothing_is_stored() {
        var id = accepted(1).getFirst();
        var other = accepted(1).getFirst();

        assertThatThrownBy(() ->
                        timeline()
                                .append(
                                        Stream.of(
                                                        Samples.sending(clock(), other, 1, null),
                                                        Samples.sending(clock(), id, 1, null),
                                                        Samples.sent(clock(), id, 2))
                                                .map(event -> Transition.of(tenant, event))
                                                .toList()))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(timeline().newest(List.of(id, other))).isEmpty();
    }

    private Transition release(NotificationId id, Instant lookAgainAt) {
        return new Transition(tenant, released(clock(), id, 2), lookAgainAt, 1, true);
    }

    /** A notification in RETRYING with its due row, due now. */
    private NotificationId retrying() {
        var id = accepted(1).getFirst();
        var event = Samples.event(clock(), id, 1, EventKind.DEFERRED, Status.RETRYING, 1);
        timeline().append(List.of(new Transition(tenant, event, clock().instant(), null, false)));
        return id;
    }

    private List<DueRow> due(Instant now) {
        return store().dueWork().due(now, 1000).rows();
    }

    private List<OutboxRow> leased() {
        return store().outbox()
                .lease(Store.START.plus(Duration.ofDays(1)), LEASE, 1000, Long.MAX_VALUE);
    }

    private List<NotificationId> accepted(int count) {
        var notifications = Samples.submission(clock(), tenant, new UserId("ada"), count);
        store().notifications().accept(notifications);
        store().outbox().deleteSubmissions(List.of(notifications.getFirst().id()));
        return notifications.stream().map(Notification::id).toList();
    }

    private Set<NotificationId> append(Event event) {
        return timeline().append(List.of(Transition.of(tenant, event)));
    }

    private Timeline timeline() {
        return store().timeline();
    }

    private SettableClock clock() {
        return store().clock();
    }
}
