package io.herald.memory;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.schedule.DueWork;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeptAnswer;
import io.herald.submission.Notification;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tables of the protocol. Every index that Postgres has for speed is left out. */
final class MemoryState {

    // What one notification is taken to weigh at most.
    private static final long RELEASED_BYTES = 131_072;

    private static final Set<EventKind> BEGINNINGS =
            EnumSet.of(
                    EventKind.SCHEDULED,
                    EventKind.RESCHEDULED,
                    EventKind.RESOLVED,
                    EventKind.REPLAYED);

    final Clock clock;
    final NavigableMap<NotificationId, Notification> notifications = new TreeMap<>();
    final Map<OutboxKey, Waiting> outbox = new LinkedHashMap<>();
    final NavigableMap<DueWork.Key, Due> due = new TreeMap<>(DUE_ORDER);
    final Map<TenantKey, Kept> kept = new HashMap<>();
    final Map<NotificationId, NavigableMap<Integer, Event>> events = new HashMap<>();

    /** Up to where each lane has been reconciled. */
    final Map<Lane, Instant> positions = new EnumMap<>(Lane.class);

    private static final Comparator<DueWork.Key> DUE_ORDER =
            comparing(DueWork.Key::notification).thenComparingInt(DueWork.Key::sequence);

    record OutboxKey(NotificationId first, int sequence) {}

    /** An outbox row. */
    record Waiting(
            TenantId tenant,
            NotificationId last,
            int attempt,
            int tries,
            long bytes,
            Instant availableAt,
            Lane lane,
            int notifications,
            Instant turn) {}

    /** A due row. */
    record Due(TenantId tenant, Instant at) {}

    record TenantKey(TenantId tenant, IdempotencyKey key) {}

    record Kept(KeptAnswer answer, Instant createdAt) {}

    MemoryState(Clock clock) {
        this.clock = clock;
    }

    @Nullable Event newest(NotificationId id) {
        var all = events.get(id);
        return all == null ? null : all.lastEntry().getValue();
    }

    Optional<Event> newestOf(NotificationId id, Set<EventKind> kinds) {
        var all = events.get(id);
        return all == null
                ? Optional.empty()
                : all.descendingMap().values().stream()
                        .filter(event -> kinds.contains(event.kind()))
                        .findFirst();
    }

    /** When sending it was begun, where that was not at its acceptance. */
    @Nullable Instant since(NotificationId id) {
        return newestOf(id, BEGINNINGS)
                .map(event -> event.until() == null ? event.at() : event.until())
                .orElse(null);
    }

    /** How many attempts had been made by then. */
    int attemptsBefore(NotificationId id) {
        return newestOf(id, BEGINNINGS).map(Event::attempt).orElse(0);
    }

    /** Gives a notification a row of its own in the outbox, unless it has it already. */
    void release(
            TenantId tenant, NotificationId id, int sequence, int attempt, Instant availableAt) {
        outbox.putIfAbsent(
                new OutboxKey(id, sequence),
                new Waiting(
                        tenant,
                        id,
                        attempt,
                        0,
                        RELEASED_BYTES,
                        micros(availableAt),
                        requireNonNull(notifications.get(id)).lane(),
                        1,
                        micros(availableAt)));
    }

    Instant position(Lane lane) {
        return positions.getOrDefault(lane, Instant.EPOCH);
    }

    /** Before every id of that time, and after every one that is older. */
    static NotificationId firstOf(Instant time) {
        return new NotificationId(NotificationId.lowerBound(time));
    }

    /** To the microsecond, as Postgres keeps it. */
    static Instant micros(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    static @Nullable Instant microsOrNull(@Nullable Instant time) {
        return time == null ? null : micros(time);
    }

    /** Without the one character that Postgres cannot keep. */
    static String text(String text) {
        return text.replace("\0", "");
    }

    static @Nullable String textOrNull(@Nullable String text) {
        return text == null ? null : text(text);
    }

    static @Nullable UserId userOf(Notification notification) {
        return notification.recipient() instanceof Recipient.OfUser(var user) ? user : null;
    }
}
