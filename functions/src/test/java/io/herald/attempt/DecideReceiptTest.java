package io.herald.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.Receipt.Kind;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecideReceiptTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant NOW = START.plusSeconds(60);
    private static final Instant UNTIL = START.plusSeconds(90);
    private static final TenantId TENANT = new TenantId(new UUID(0, 1));
    private static final NotificationId ID = new NotificationId(new UUID(0x7000, 2));

    private static final List<Kind> COLUMNS =
            List.of(Kind.SENT, Kind.DELIVERED, Kind.BOUNCED, Kind.REFUSED);

    /** What holds after a receipt of the newest attempt; a dot where it leaves the status. */
    private static final String TABLE =
            """
                        sent       delivered  bounced    refused
            PENDING     SENT       DELIVERED  BOUNCED    .
            SCHEDULED   SENT       DELIVERED  BOUNCED    .
            SENDING     SENT       DELIVERED  BOUNCED    FAILED
            RETRYING    SENT       DELIVERED  BOUNCED    .
            SENT        .          DELIVERED  BOUNCED    BOUNCED
            DELIVERED   .          .          BOUNCED    .
            BOUNCED     .          .          .          .
            FAILED      SENT       DELIVERED  BOUNCED    .
            UNKNOWN     SENT       DELIVERED  BOUNCED    FAILED
            SUPPRESSED  .          .          .          .
            CANCELLED   .          .          .          .
            EXPIRED     SENT       DELIVERED  BOUNCED    .
            """;

    /** The same, of an attempt before the newest. */
    private static final String TABLE_OF_EARLIER =
            """
                        sent       delivered  bounced    refused
            PENDING     SENT       DELIVERED  BOUNCED    .
            SCHEDULED   SENT       DELIVERED  BOUNCED    .
            SENDING     SENT       DELIVERED  BOUNCED    .
            RETRYING    SENT       DELIVERED  BOUNCED    .
            SENT        .          DELIVERED  BOUNCED    .
            DELIVERED   .          .          BOUNCED    .
            BOUNCED     .          .          .          .
            FAILED      SENT       DELIVERED  BOUNCED    .
            UNKNOWN     SENT       DELIVERED  BOUNCED    .
            SUPPRESSED  .          .          .          .
            CANCELLED   .          .          .          .
            EXPIRED     SENT       DELIVERED  BOUNCED    .
            """;

    private final DecideReceipt decide = new DecideReceipt(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void moves_the_status_as_the_table_says() {
        assertTable(TABLE, 1, List.of(claimed(1, 1)));
    }

    @Test
    void moves_the_status_as_the_table_of_an_earlier_attempt_says() {
        assertTable(TABLE_OF_EARLIER, 1, List.of(claimed(1, 1), lost(2, 1), claimed(3, 2)));
    }

    private void assertTable(String table, int attempt, List<Event> before) {
        int newestAttempt = before.getLast().attempt();
        for (var row : rows(table).entrySet()) {
            row.getValue()
                    .forEach((kind, expected) -> {
                        // Of kinds that no receipt has, so that none is known.
                        var last =
                                row.getKey() == Status.UNKNOWN
                                        ? EventKind.LOST
                                        : EventKind.RELEASED;
                        var history = new ArrayList<>(before);
                        history.add(
                                event(before.size() + 1, last, row.getKey(), newestAttempt, null));

                        var next = decide.decide(receipt(attempt, kind), history).orElseThrow();

                        assertThat(next.event().status())
                                .as("%s %s", row.getKey(), kind)
                                .isEqualTo(expected);
                        assertThat(next.event().sequence()).isEqualTo(before.size() + 2);
                        assertThat(next.event().attempt()).isEqualTo(newestAttempt);
                        assertThat(next.event().about()).isEqualTo(attempt);
                    });
        }
    }

    private static Map<Status, Map<Kind, Status>> rows(String table) {
        var rows = new EnumMap<Status, Map<Kind, Status>>(Status.class);
        table.lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .forEach(cells -> {
                    var before = Status.valueOf(cells[0]);
                    var row = new EnumMap<Kind, Status>(Kind.class);
                    for (int i = 0; i < COLUMNS.size(); i++) {
                        var cell = cells[i + 1];
                        row.put(COLUMNS.get(i), cell.equals(".") ? before : Status.valueOf(cell));
                    }
                    rows.put(before, row);
                });
        assertThat(rows).hasSameSizeAs(Status.values());
        return rows;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_receipt_that_is_known_says_nothing_the_second_time(Kind kind) {
        for (var status : Status.values()) {
            var history = new ArrayList<Event>();
            history.add(claimed(1, 1));
            history.add(event(2, EventKind.RELEASED, status, 1, null));
            history.add(decide.decide(receipt(1, kind), history).orElseThrow().event());

            assertThat(decide.decide(receipt(1, kind), history)).as("%s", status).isEmpty();
        }
    }

    @Test
    void what_the_worker_has_recorded_is_known() {
        var sent = List.of(claimed(1, 1), event(2, EventKind.SENT, Status.SENT, 1, null));
        var refused = List.of(claimed(1, 1), event(2, EventKind.REFUSED, Status.FAILED, 1, null));

        assertThat(decide.decide(receipt(1, Kind.SENT), sent)).isEmpty();
        assertThat(decide.decide(receipt(1, Kind.REFUSED), refused)).isEmpty();
        assertThat(decide.decide(receipt(1, Kind.SENT), refused)).isPresent();
    }

    @Test
    void the_same_of_another_attempt_is_not_known() {
        var history =
                List.of(
                        claimed(1, 1),
                        lost(2, 1),
                        claimed(3, 2),
                        event(4, EventKind.SENT, Status.SENT, 2, null));

        assertThat(decide.decide(receipt(1, Kind.SENT), history)).isPresent();
        assertThat(decide.decide(receipt(2, Kind.SENT), history)).isEmpty();
    }

    @Test
    void what_was_never_handed_over_has_no_receipts() {
        assertThat(decide.decide(receipt(1, Kind.DELIVERED), List.of())).isEmpty();
        assertThat(decide.decide(receipt(2, Kind.DELIVERED), List.of(claimed(1, 1)))).isEmpty();
        assertThat(decide.decide(receipt(Integer.MAX_VALUE, Kind.SENT), List.of(claimed(1, 1))))
                .isEmpty();
    }

    @Test
    void what_was_lost_has_failed_when_the_last_of_its_attempts_turns_out_refused() {
        var history = new ArrayList<Event>();
        history.add(claimed(1, 1));
        history.add(lost(2, 1));
        history.add(claimed(3, 2));
        history.add(event(4, EventKind.LOST, Status.UNKNOWN, 2, null));

        history.add(decide.decide(receipt(2, Kind.REFUSED), history).orElseThrow().event());
        assertThat(history.getLast().status()).isEqualTo(Status.UNKNOWN);

        history.add(decide.decide(receipt(1, Kind.REFUSED), history).orElseThrow().event());
        assertThat(history.getLast().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void an_earlier_attempt_that_bounced_says_nothing_against_a_later_one_that_arrived() {
        var arrived = event(4, EventKind.DELIVERED, Status.DELIVERED, 2, null);
        var history = List.of(claimed(1, 1), lost(2, 1), claimed(3, 2), arrived);

        var next = decide.decide(receipt(1, Kind.BOUNCED), history).orElseThrow();

        assertThat(next.event().status()).isEqualTo(Status.DELIVERED);
        assertThat(next.event().kind()).isEqualTo(EventKind.BOUNCED);
    }

    @Test
    void a_due_row_goes_when_the_status_moves() {
        var history = List.of(claimed(1, 1), retrying(2));

        var next = decide.decide(receipt(1, Kind.DELIVERED), history).orElseThrow();

        assertThat(next.consumes()).isEqualTo(2);
        assertThat(next.dueAt()).isNull();
        assertThat(next.event().until()).isNull();
    }

    @Test
    void a_due_row_goes_along_when_the_status_stays() {
        var history = List.of(claimed(1, 1), retrying(2));

        var next = decide.decide(receipt(1, Kind.REFUSED), history).orElseThrow();

        assertThat(next.event().status()).isEqualTo(Status.RETRYING);
        assertThat(next.event().until()).isEqualTo(UNTIL);
        assertThat(next.consumes()).isEqualTo(2);
        assertThat(next.dueAt()).isEqualTo(UNTIL);
    }

    @Test
    void what_watches_a_release_goes_when_the_status_moves() {
        var history =
                List.of(
                        claimed(1, 1),
                        retrying(2),
                        event(3, EventKind.RELEASED, Status.PENDING, 1, null));

        var next = decide.decide(receipt(1, Kind.SENT), history).orElseThrow();

        assertThat(next.consumes()).isEqualTo(3);
        assertThat(next.dueAt()).isNull();
    }

    @Test
    void an_attempt_under_way_keeps_its_lease_when_an_earlier_one_turns_out_refused() {
        var underWay =
                new Event(ID, 3, EventKind.CLAIMED, Status.SENDING, 2, START, UNTIL, null, null);
        var history = List.of(claimed(1, 1), lost(2, 1), underWay);

        var next = decide.decide(receipt(1, Kind.REFUSED), history).orElseThrow();

        assertThat(next.event().status()).isEqualTo(Status.SENDING);
        assertThat(next.event().until()).isEqualTo(UNTIL);
    }

    @Test
    void says_when_it_happened_as_far_as_that_is_possible() {
        var history = List.of(claimed(1, 1));

        assertThat(at(START.plusSeconds(5), history)).isEqualTo(START.plusSeconds(5));
        assertThat(at(START.minusSeconds(5), history)).isEqualTo(START);
        assertThat(at(NOW.plus(Duration.ofDays(1)), history)).isEqualTo(NOW);
    }

    private Instant at(Instant at, List<Event> history) {
        var receipt = new Receipt(TENANT, ID, 1, Kind.SENT, at, null, null);
        return decide.decide(receipt, history).orElseThrow().event().at();
    }

    @Test
    void says_why_it_came_back() {
        var receipt = new Receipt(TENANT, ID, 1, Kind.BOUNCED, NOW, "mailbox_full", "m-1");

        var event = decide.decide(receipt, List.of(claimed(1, 1))).map(Transition::event);

        assertThat(event.orElseThrow().reference()).isEqualTo("m-1");
        assertThat(event.orElseThrow().reason())
                .satisfies(reason -> {
                    assertThat(reason).isNotNull();
                    assertThat(String.valueOf(reason)).contains("bounced", "mailbox_full");
                });
    }

    private static Receipt receipt(int attempt, Kind kind) {
        return new Receipt(TENANT, ID, attempt, kind, NOW, null, "m-1");
    }

    private static Event claimed(int sequence, int attempt) {
        return event(sequence, EventKind.CLAIMED, Status.SENDING, attempt, null);
    }

    private static Event lost(int sequence, int attempt) {
        return event(sequence, EventKind.LOST, Status.RETRYING, attempt, UNTIL);
    }

    private static Event retrying(int sequence) {
        return event(sequence, EventKind.DEFERRED, Status.RETRYING, 1, UNTIL);
    }

    private static Event event(
            int sequence, EventKind kind, Status status, int attempt, @Nullable Instant until) {
        return new Event(ID, sequence, kind, status, attempt, START, until, null, null);
    }
}
