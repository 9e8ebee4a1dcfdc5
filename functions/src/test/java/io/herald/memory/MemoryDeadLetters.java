package io.herald.memory;

import static java.util.Comparator.comparing;
import static java.util.function.Predicate.not;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.deadletter.DeadLetter;
import io.herald.deadletter.DeadLetterFilter;
import io.herald.deadletter.DeadLetterId;
import io.herald.deadletter.DeadLetters;
import io.herald.deadletter.KeptRecord;
import io.herald.deadletter.UndecodableRecord;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.submission.Notification;
import io.herald.tenant.Tenant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * @param kept ordered by {@link #BY_OFFSET}
 * @param discarded the ids of those that were
 * @param steps how many failures a list looks at
 */
record MemoryDeadLetters(
        MemoryState state,
        Map<String, Tenant> tenants,
        NavigableSet<UndecodableRecord> kept,
        Set<DeadLetterId> discarded,
        int steps)
        implements DeadLetters {

    static final Comparator<UndecodableRecord> BY_OFFSET =
            comparing(UndecodableRecord::topic)
                    .thenComparingInt(UndecodableRecord::partition)
                    .thenComparingLong(UndecodableRecord::offset);

    private static final Comparator<DeadLetter> NEWEST_FIRST = comparing(DeadLetter::id).reversed();

    @Override
    public void keep(List<UndecodableRecord> records) {
        for (var each : records) {
            kept.add(
                    new UndecodableRecord(
                            each.topic(),
                            each.partition(),
                            each.offset(),
                            each.key(),
                            each.value(),
                            MemoryState.text(each.cause()),
                            each.at()));
        }
    }

    @Override
    public Found list(
            TenantId tenant,
            DeadLetterFilter filter,
            @Nullable Instant failedUntil,
            @Nullable DeadLetterId before,
            int limit) {
        var letters = new ArrayList<DeadLetter>();
        DeadLetterId end = null;
        int step = 0;
        var older =
                before == null
                        ? state.notifications
                        : state.notifications.headMap(before.asNotification(), false);
        for (var each : older.descendingMap().values()) {
            if (!each.tenant().equals(tenant) || !isFailed(each.id())) {
                continue;
            }
            letter(each).ifPresent(letters::add);
            if (++step == steps) {
                end = DeadLetter.idOf(each.id());
                break;
            }
        }
        var searchedTo = end;
        records(tenant)
                .filter(record -> before == null || record.id().compareTo(before) < 0)
                .filter(record -> searchedTo == null || record.id().compareTo(searchedTo) > 0)
                .forEach(record -> letters.add(new DeadLetter.OfRecord(record)));
        var found =
                letters.stream()
                        .filter(letter -> applies(filter, failedUntil, letter))
                        .sorted(NEWEST_FIRST)
                        .limit(limit)
                        .toList();
        return new Found(found, found.size() < limit ? searchedTo : null);
    }

    private boolean isFailed(NotificationId id) {
        var newest = state.newest(id);
        return newest != null && newest.status() == Status.FAILED;
    }

    private Optional<DeadLetter> letter(Notification notification) {
        var events = state.events.get(notification.id());
        if (events == null) {
            return Optional.empty();
        }
        for (var event : events.descendingMap().values()) {
            if (event.status() != Status.FAILED) {
                break;
            }
            if (event.kind() == EventKind.DISCARDED) {
                return Optional.empty();
            }
        }
        var newest = events.lastEntry().getValue();
        return newest.status() == Status.FAILED
                ? Optional.of(new DeadLetter.OfNotification(withoutPayload(notification), newest))
                : Optional.empty();
    }

    private static boolean applies(
            DeadLetterFilter filter, @Nullable Instant failedUntil, DeadLetter letter) {
        var createdAt = letter.id().asNotification().acceptedAt();
        var after = filter.createdAfter();
        var before = filter.createdBefore();
        if ((after != null && createdAt.isBefore(after))
                || (before != null && !createdAt.isBefore(before))) {
            return false;
        }
        return switch (letter) {
            case DeadLetter.OfNotification(var notification, var newest) -> {
                var reason = newest.reason();
                yield isAnyOr(filter.cause(), reason == null ? null : reason.code())
                        && isAnyOr(filter.channel(), notification.channel())
                        && isAnyOr(filter.template(), notification.wording().template())
                        && (failedUntil == null || !newest.at().isAfter(failedUntil));
            }
            case DeadLetter.OfRecord(var record) ->
                    filter.mayShowRecords()
                            && (failedUntil == null || !record.at().isAfter(failedUntil));
        };
    }

    private static boolean isAnyOr(@Nullable Object wanted, @Nullable Object there) {
        return wanted == null || wanted.equals(there);
    }

    @Override
    public List<DeadLetter> find(TenantId tenant, Collection<DeadLetterId> ids) {
        var wanted = new HashSet<>(ids);
        var failed =
                wanted.stream()
                        .map(id -> state.notifications.get(id.asNotification()))
                        .filter(each -> each != null && each.tenant().equals(tenant))
                        .flatMap(each -> letter(each).stream());
        var records =
                records(tenant)
                        .filter(record -> wanted.contains(record.id()))
                        .map(record -> (DeadLetter) new DeadLetter.OfRecord(record));
        return Stream.concat(failed, records).toList();
    }

    @Override
    public Optional<byte[]> value(TenantId tenant, DeadLetterId record, int bytes) {
        return open().filter(each ->
                        each.id().equals(record) && ownerOf(each).equals(Optional.of(tenant)))
                .findFirst()
                .map(each -> Arrays.copyOf(each.value(), Math.min(bytes, each.value().length)));
    }

    @Override
    public List<KeptRecord> ofNobody(@Nullable DeadLetterId before, int limit) {
        return open().filter(each -> ownerOf(each).isEmpty())
                .filter(each -> before == null || each.id().compareTo(before) < 0)
                .sorted(comparing(UndecodableRecord::id).reversed())
                .limit(limit)
                .map(MemoryDeadLetters::described)
                .toList();
    }

    @Override
    public int discardOfNobody(Collection<DeadLetterId> ids) {
        return discard(Optional.empty(), ids);
    }

    /** How many there were. */
    int discard(Optional<TenantId> owner, Collection<DeadLetterId> ids) {
        var there =
                open().filter(each -> ownerOf(each).equals(owner) && ids.contains(each.id()))
                        .map(UndecodableRecord::id)
                        .toList();
        discarded.addAll(there);
        return there.size();
    }

    private Stream<KeptRecord> records(TenantId tenant) {
        return open().filter(each -> ownerOf(each).equals(Optional.of(tenant)))
                .map(MemoryDeadLetters::described);
    }

    private Stream<UndecodableRecord> open() {
        return kept.stream().filter(not(each -> discarded.contains(each.id())));
    }

    private Optional<TenantId> ownerOf(UndecodableRecord record) {
        return record.tenant()
                .filter(id -> tenants.values().stream().anyMatch(each -> each.id().equals(id)));
    }

    private static KeptRecord described(UndecodableRecord record) {
        return new KeptRecord(
                record.id(),
                record.topic(),
                record.partition(),
                record.offset(),
                record.value().length,
                record.cause(),
                record.at());
    }

    private static Notification withoutPayload(Notification full) {
        return new Notification(
                full.tenant(),
                full.id(),
                full.recipient(),
                full.channel(),
                full.lane(),
                full.wording(),
                full.category(),
                full.guarantee(),
                JsonNodeFactory.instance.objectNode(),
                null,
                full.traceparent(),
                full.timing());
    }
}
