package io.herald.schedule;

import io.herald.attempt.DecideOutcome;
import io.herald.attempt.Expiry;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UnstorableEventException;
import io.herald.outbox.LaneLag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is due: releases retries, settles lapsed leases, and looks after what was released and
 * never arrived. Runs may overlap: whoever appends first, wins, and the other finds it settled.
 */
public final class SettleDueWork {

    private static final Logger LOG = LoggerFactory.getLogger(SettleDueWork.class);

    private final DueWork dueWork;
    private final Timeline timeline;
    private final DecideOutcome decide;
    private final LaneLag lag;
    private final Clock clock;
    private final Duration lookAgainAfter;
    private final int limit;

    /** What a due row leads to. */
    sealed interface Decision {
        /** Append; the row goes with it. */
        record Append(Transition transition) implements Decision {}

        /** Not yet: look again, under the newest event's sequence. */
        record Watch(DueWork.Watch row) implements Decision {}

        /** It was released and nobody claimed it: publish it again. */
        record Republish() implements Decision {}

        /** The event that the row was written for no longer gives the status. */
        record Drop() implements Decision {}
    }

    /**
     * @param lookAgainAfter how long a released notification may take to be claimed before it is
     *     published again
     * @param limit how many rows one step takes
     */
    public SettleDueWork(
            DueWork dueWork,
            Timeline timeline,
            DecideOutcome decide,
            LaneLag lag,
            Clock clock,
            Duration lookAgainAfter,
            int limit) {
        this.dueWork = dueWork;
        this.timeline = timeline;
        this.decide = decide;
        this.lag = lag;
        this.clock = clock;
        this.lookAgainAfter = lookAgainAfter;
        this.limit = limit;
    }

    /**
     * Takes one helping of what is due.
     *
     * @return whether the helping was full, so that there may be more
     */
    public boolean step() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var helping = dueWork.due(now, limit);
        if (helping.size() == 0) {
            return false;
        }
        if (!helping.orphans().isEmpty()) {
            LOG.error("due without a notification, given up: {}", helping.orphans());
        }
        var append = new ArrayList<Transition>();
        var delete = new ArrayList<DueWork.Key>(helping.orphans());
        var watch = new ArrayList<DueWork.Watch>();
        var republish = new ArrayList<DueRow>();
        var appended = new HashSet<NotificationId>();
        for (var row : helping.rows()) {
            switch (decide(row, now, lookAgainAfter, decide)) {
                // A lapsed lease may be met through two rows; one of them is enough.
                case Decision.Append(var transition) -> {
                    if (appended.add(row.notification())) {
                        append.add(transition);
                    } else {
                        delete.add(new DueWork.Key(row.notification(), row.sequence()));
                    }
                }
                case Decision.Watch(var later) -> {
                    if (later.sequence() != row.sequence()) {
                        delete.add(new DueWork.Key(row.notification(), row.sequence()));
                    }
                    watch.add(later);
                }
                case Decision.Republish() -> republish.add(row);
                case Decision.Drop() ->
                        delete.add(new DueWork.Key(row.notification(), row.sequence()));
            }
        }
        // A transition that loses its race leaves its row, and the next step sees what became of
        // it.
        if (!append.isEmpty()) {
            append(append, delete);
        }
        if (!republish.isEmpty()) {
            // In the others, what looks lost is only late, and would become later.
            var lanes = lag.caughtUpTo(now.minus(lookAgainAfter.dividedBy(2)));
            republish.stream()
                    .filter(row -> !lanes.contains(row.lane()))
                    .forEach(row -> watch.add(lookAgain(row, now)));
            republish.removeIf(row -> !lanes.contains(row.lane()));
        }
        if (!delete.isEmpty() || !watch.isEmpty()) {
            dueWork.settle(delete, watch);
        }
        if (!republish.isEmpty()) {
            dueWork.republish(republish, now.plus(lookAgainAfter));
        }
        return helping.size() == limit;
    }

    private DueWork.Watch lookAgain(DueRow row, Instant now) {
        return new DueWork.Watch(
                row.tenant(), row.notification(), row.sequence(), now.plus(lookAgainAfter));
    }

    private void append(List<Transition> transitions, List<DueWork.Key> delete) {
        try {
            timeline.append(transitions);
        } catch (UnstorableEventException e) {
            // It would fail the same way for ever, in front of all that is due later.
            LOG.error(
                    "due rows are given up, as their events cannot be stored: {}", e.unstorable());
            transitions.stream()
                    .filter(one -> e.unstorable().containsKey(one.event().notification()))
                    .filter(one -> one.consumes() != null)
                    .forEach(one ->
                            delete.add(
                                    new DueWork.Key(one.event().notification(), one.consumes())));
        }
    }

    static Decision decide(
            DueRow row, Instant now, Duration lookAgainAfter, DecideOutcome decideOutcome) {
        var newest = row.newest();
        boolean expired = row.terms().isExpiredAt(now);
        if (newest == null) {
            return expired ? new Decision.Append(firstExpiry(row, now)) : new Decision.Republish();
        }
        boolean current = newest.sequence() == row.sequence();
        return switch (newest.status()) {
            case SENDING -> {
                var leaseEnd = newest.until() == null ? now : newest.until();
                yield leaseEnd.isAfter(now)
                        ? watch(row, newest, leaseEnd)
                        : new Decision.Append(
                                decideOutcome.lapsed(
                                        row.tenant(), row.terms(), newest, row.sequence()));
            }
            case RETRYING, SCHEDULED -> {
                if (!current) {
                    yield new Decision.Drop();
                }
                yield new Decision.Append(
                        expired
                                ? expiry(row, newest, now)
                                : release(row, newest, now, now.plus(lookAgainAfter)));
            }
            case PENDING -> {
                if (!current) {
                    yield watch(row, newest, now.plus(lookAgainAfter));
                }
                yield expired
                        ? new Decision.Append(expiry(row, newest, now))
                        : new Decision.Republish();
            }
            case SENT, DELIVERED, BOUNCED, FAILED, UNKNOWN, SUPPRESSED, CANCELLED, EXPIRED ->
                    new Decision.Drop();
        };
    }

    private static Transition firstExpiry(DueRow row, Instant now) {
        return new Transition(
                row.tenant(),
                Expiry.event(row.notification(), 1, 0, now),
                null,
                row.sequence(),
                false);
    }

    private static Transition expiry(DueRow row, Event newest, Instant now) {
        return new Transition(row.tenant(), Expiry.after(newest, now), null, row.sequence(), false);
    }

    private static Transition release(DueRow row, Event newest, Instant now, Instant lookAgainAt) {
        return new Transition(
                row.tenant(),
                newest.next(EventKind.RELEASED, Status.PENDING, now, null, null),
                lookAgainAt,
                row.sequence(),
                true);
    }

    private static Decision watch(DueRow row, Event newest, Instant dueAt) {
        return new Decision.Watch(
                new DueWork.Watch(row.tenant(), row.notification(), newest.sequence(), dueAt));
    }
}
