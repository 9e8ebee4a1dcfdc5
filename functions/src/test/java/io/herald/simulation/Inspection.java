package io.herald.simulation;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;

import io.herald.memory.MemoryStore;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Status;
import io.herald.simulation.SimulatedProvider.Taken;
import io.herald.submission.Notification;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/** Holds what is stored against what the callers heard and what the provider has got. */
final class Inspection {

    private final MemoryStore store;
    private final List<Taken> provider;
    private final List<Caller> callers;
    private final Owner owner;
    private final List<Violation> violations = new ArrayList<>();

    Inspection(MemoryStore store, List<Taken> provider, List<Caller> callers, Owner owner) {
        this.store = store;
        this.provider = provider;
        this.callers = callers;
        this.owner = owner;
    }

    List<Violation> violations() {
        var byKey = provider.stream().collect(groupingBy(Taken::key));
        for (var notification : store.accepted()) {
            var events = store.timeline().of(notification.id());
            var taken = byKey.getOrDefault(notification.id(), List.of());
            status(notification, events, taken);
            moves(notification, events);
            leases(events);
            times(notification, events);
            cancelled(notification, events, taken);
            handOvers(notification, events, taken);
        }
        provider.stream().filter(each -> each.claim() == null).forEach(this::unclaimed);
        callers();
        order();
        if (store.nextOutboxRow().isPresent() || store.nextDueRow().isPresent()) {
            violated(Invariant.NOTHING_LEFT_OVER, store.leftOver());
        }
        return violations;
    }

    private void violated(Invariant invariant, String what) {
        violations.add(new Violation(invariant, what));
    }

    private static Status statusAfter(List<Event> events) {
        return events.isEmpty() ? Status.PENDING : events.getLast().status();
    }

    private void unclaimed(Taken taken) {
        violated(Invariant.CLAIMED_BEFORE_HANDED_OVER, taken.key() + " has no claim");
    }

    private void status(Notification notification, List<Event> events, List<Taken> taken) {
        var id = notification.id();
        var status = statusAfter(events);
        if (!status.isFinal()) {
            violated(Invariant.ACCEPTED_IS_SETTLED, id + " stays " + status);
        }
        boolean arrived =
                notification.channel() == Channel.INBOX
                        ? isInFeed(notification)
                        : taken.stream().anyMatch(Taken::isAccepted);
        if ((status == Status.SENT || status == Status.DELIVERED) && !arrived) {
            violated(Invariant.STATUS_AGREES, id + " is " + status + " and never arrived");
        }
        boolean told = taken.stream().anyMatch(each -> isHeard(each) && each.isAccepted());
        if (told && status != Status.SENT) {
            violated(Invariant.STATUS_AGREES, id + " arrived and is " + status);
        }
        long refusals = taken.stream().filter(each -> isHeard(each) && !each.isAccepted()).count();
        long recorded =
                events.stream()
                        .filter(event ->
                                event.kind() == EventKind.REFUSED
                                        || event.kind() == EventKind.DEFERRED
                                        // Put off for longer than it may wait.
                                        || event.kind() == EventKind.EXPIRED)
                        .count();
        if (recorded < refusals) {
            violated(Invariant.STATUS_AGREES, id + " has a refusal that was not recorded");
        }
        // One that expires is given up when the next attempt would be too late, and one that was to
        // be
        // cancelled when it may have been sent.
        if (status == Status.UNKNOWN
                && notification.guarantee() == Guarantee.AT_LEAST_ONCE
                && notification.timing().expiresAt() == null
                && events.getLast().kind() != EventKind.CANCELLED
                && !UseCases.RETRIES.isLast(events.getLast().attempt())) {
            violated(Invariant.STATUS_AGREES, id + " was given up with attempts left");
        }
    }

    /** Whether its worker got the answer, and lived to record it. */
    private static boolean isHeard(Taken taken) {
        return !taken.isLost() && taken.worker().hasEnded();
    }

    private boolean isInFeed(Notification notification) {
        return Caller.USERS.stream()
                .flatMap(user -> store.inbox().list(user.tenant(), user.user(), null, 100).stream())
                .anyMatch(message -> message.notification().equals(notification.id()));
    }

    private void moves(Notification notification, List<Event> events) {
        var status = Status.PENDING;
        int attempt = 0;
        int sequence = 0;
        for (var event : events) {
            int attempts = Math.max(attempt, event.attempt());
            if (event.sequence() != sequence + 1 || !status.mayBecome(event.status(), attempts)) {
                violated(Invariant.LEGAL_MOVES, notification.id() + ": " + events);
                return;
            }
            status = event.status();
            attempt = event.attempt();
            sequence = event.sequence();
        }
    }

    private void leases(List<Event> events) {
        for (int i = 1; i < events.size(); i++) {
            var event = events.get(i);
            var until = events.get(i - 1).until();
            boolean lapsed = event.reason() != null && event.reason().code().equals("lease_lapsed");
            if (lapsed && until != null && event.at().isBefore(until)) {
                violated(Invariant.LEASE_HOLDS, event + " before " + until);
            }
        }
    }

    private void times(Notification notification, List<Event> events) {
        var notBefore = Instant.MIN;
        for (var event : events) {
            switch (event.kind()) {
                case SCHEDULED, RESCHEDULED -> notBefore = requireNonNull(event.until());
                case CLAIMED -> {
                    if (event.at().isBefore(notBefore)
                            || notification.timing().isExpiredAt(event.at())) {
                        violated(Invariant.IN_ITS_TIME, event + " of " + notification.timing());
                    }
                }
                default -> {}
            }
        }
        var putOff = owner.putOff().get(notification.id());
        if (putOff != null
                && events.stream()
                        .noneMatch(event ->
                                event.kind() == EventKind.RESCHEDULED
                                        && putOff.truncatedTo(ChronoUnit.MICROS)
                                                .equals(event.until()))) {
            violated(Invariant.IN_ITS_TIME, notification.id() + " was not put off");
        }
    }

    private void cancelled(Notification notification, List<Event> events, List<Taken> taken) {
        var at = owner.cancelled().get(notification.id());
        if (at == null) {
            return;
        }
        boolean sent =
                notification.channel() == Channel.INBOX
                        ? isInFeed(notification)
                        : taken.stream()
                                .anyMatch(each ->
                                        each.isAccepted()
                                                || each.isLost()
                                                || each.at().isAfter(at));
        if (sent || statusAfter(events) != Status.CANCELLED) {
            violated(Invariant.CANCELLED_IS_NOT_SENT, notification.id() + ": " + events);
        }
    }

    private void handOvers(Notification notification, List<Event> events, List<Taken> taken) {
        var attempts = new HashSet<Integer>();
        Taken before = null;
        for (var each : taken) {
            var claim = each.claim();
            if (claim == null) {
                continue;
            }
            if (!events.contains(claim)) {
                violated(Invariant.CLAIMED_BEFORE_HANDED_OVER, claim + " is not stored");
            }
            if (!attempts.add(claim.attempt())) {
                violated(Invariant.ATTEMPT_ONCE, notification.id() + " attempt " + claim.attempt());
            }
            if (before != null && !mayFollow(notification.guarantee(), before, each, events)) {
                violated(
                        notification.guarantee() == Guarantee.AT_MOST_ONCE
                                ? Invariant.AT_MOST_ONCE
                                : Invariant.DUPLICATES_EXPLAINED,
                        each + " after " + before);
            }
            before = each;
        }
    }

    private static boolean mayFollow(
            Guarantee guarantee, Taken before, Taken after, List<Event> events) {
        boolean refused = !before.isAccepted() && !before.isLost();
        return switch (guarantee) {
            case AT_MOST_ONCE -> refused;
            case AT_LEAST_ONCE -> refused || isGivenUp(before, events) || isTooLate(after);
        };
    }

    /** Whether its attempt was recorded as lost; that its lease had ended is checked by itself. */
    private static boolean isGivenUp(Taken taken, List<Event> events) {
        var claim = taken.claim();
        return claim != null
                && events.stream()
                        .filter(event -> event.kind() == EventKind.LOST)
                        .anyMatch(event -> event.attempt() == claim.attempt());
    }

    /** Whether its worker stood still just before the call, which no system can recall. */
    private static boolean isTooLate(Taken taken) {
        var claim = taken.claim();
        return claim != null && claim.until() != null && !taken.at().isBefore(claim.until());
    }

    private void callers() {
        for (var caller : callers) {
            var stored = store.accepted().stream().filter(caller::isOf).toList();
            var ids = new HashSet<>(stored.stream().map(Notification::id).toList());
            if (!ids.containsAll(caller.answered())) {
                violated(
                        Invariant.ACCEPTED_IS_SETTLED,
                        caller + " was promised more than is stored");
            }
            int asked = caller.submission().requests().size();
            if (stored.size() > asked || (caller.isKeyed() && stored.size() % asked != 0)) {
                violated(
                        Invariant.ACCEPTED_ONCE, caller + " has " + stored.size() + " of " + asked);
            }
        }
    }

    /** Among the first attempts, through records that were given to one worker only. */
    private void order() {
        var newest = new HashMap<List<Object>, Integer>();
        for (var each : provider) {
            var claim = each.claim();
            var offset = each.worker().batch().offsetOf(each.key());
            if (claim == null || claim.sequence() != 1 || offset.isEmpty()) {
                continue;
            }
            var partition = each.worker().batch().partition();
            var entry = partition.entry(offset.getAsInt());
            if (entry.deliveries() == 1) {
                var lane = List.<Object>of(partition, String.valueOf(entry.record().userId()));
                var before = newest.put(lane, offset.getAsInt());
                if (before != null && before > offset.getAsInt()) {
                    violated(Invariant.ORDER, each.key() + " comes too late");
                }
            }
        }
    }
}
