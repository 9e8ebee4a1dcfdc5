package io.herald.attempt;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt's outcome means for its notification. The one place that decides between trying
 * again, giving up and not knowing.
 */
public final class DecideOutcome {

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final Duration LONGEST_OWN_PAUSE = Duration.ofMinutes(10);
    private static final int PART_OF_AGE = 10;
    // Claimed, put off, released.
    private static final int EVENTS_OF_A_ROUND = 3;
    private static final int MOST_DOUBLINGS = 11;

    private final RetryPolicies policies;
    private final Clock clock;
    private final RandomGenerator random;

    public DecideOutcome(RetryPolicies policies, Clock clock, RandomGenerator random) {
        this.policies = policies;
        this.clock = clock;
        this.random = random;
    }

    /** The outcome of an attempt whose SENDING still is the newest event. */
    public Transition first(Claim claim, Outcome outcome) {
        return settled(
                new Next(
                        claim.tenant(),
                        claim.notification(),
                        claim.sequence() + 1,
                        claim.attempt(),
                        null),
                claim,
                outcome);
    }

    private Transition settled(Next next, Claim claim, Outcome outcome) {
        var terms = claim.terms();
        var retries = policies.of(terms.channel());
        return switch (outcome) {
            case Outcome.NotHandedOver(var reason, var wait) ->
                    deferred(
                            next.withAttempt(claim.attempt() - 1),
                            terms,
                            pause(claim, wait),
                            reason);
            case Outcome.Sent(var reference) -> succeeded(next, Status.SENT, reference);
            case Outcome.Delivered(var reference) -> succeeded(next, Status.DELIVERED, reference);
            case Outcome.Rejected(var reason) -> refused(next, reason);
            case Outcome.Retryable(var reason, _, _)
                    when retries.isLast(terms.counted(claim.attempt())) ->
                    refused(next, reason);
            case Outcome.Retryable(var reason, var wait, _) ->
                    deferred(
                            next,
                            terms,
                            retries.after(terms.counted(claim.attempt()), wait, random),
                            reason);
            case Outcome.Lost(var reason) -> lost(next, terms, reason);
        };
    }

    /** Try again, unless it would be too late or too old by then: then that is said at once. */
    private Transition deferred(Next next, Terms terms, Duration wait, Reason reason) {
        var due = now().plus(wait);
        if (terms.isExpiredAt(due)) {
            return transition(
                    next,
                    EventKind.EXPIRED,
                    Status.EXPIRED,
                    null,
                    new Reason(
                            Expiry.CODE,
                            "It expires before it is to be tried again. " + reason.words()),
                    null);
        }
        if (isTooOldAt(due, terms)) {
            return refused(
                    next,
                    new Reason(
                            "too_old",
                            "It has been tried for as long as it may be. " + reason.words()));
        }
        return transition(next, EventKind.DEFERRED, Status.RETRYING, due, reason, null);
    }

    private boolean isTooOldAt(Instant due, Terms terms) {
        return due.isAfter(terms.since().plus(policies.of(terms.channel()).maxAge()));
    }

    /**
     * The outcome of an attempt whose SENDING is not the newest event any more. An earlier
     * attempt's late word may have slipped in between: then it counts in full. Else the attempt was
     * given up, or overtaken: its outcome is recorded whatever it says, and only a success, or the
     * newest attempt's refusal where nothing was known, moves the status.
     *
     * @return empty for an outcome that was lost, or that there was none: whoever gave the attempt
     *     up has recorded all that is known of it
     */
    public Optional<Transition> late(Claim claim, Outcome outcome, Event newest) {
        // A due row belongs to the event that gives the status, so it moves to the one that is
        // appended.
        var next =
                new Next(
                        claim.tenant(),
                        claim.notification(),
                        newest.sequence() + 1,
                        newest.attempt(),
                        newest.until() == null ? null : newest.sequence());
        // By its lease and not by its number: an attempt that was not handed over gives its number
        // to the next, which may be under way.
        if (newest.status() == Status.SENDING && claim.leaseEnd().equals(newest.until())) {
            return Optional.of(settled(next, claim, outcome));
        }
        return switch (outcome) {
            case Outcome.Lost _, Outcome.NotHandedOver _ -> Optional.empty();
            case Outcome.Sent(var reference) ->
                    Optional.of(
                            succeededLate(
                                    next, claim, newest, EventKind.SENT, Status.SENT, reference));
            case Outcome.Delivered(var reference) ->
                    Optional.of(
                            succeededLate(
                                    next,
                                    claim,
                                    newest,
                                    EventKind.DELIVERED,
                                    Status.DELIVERED,
                                    reference));
            case Outcome.Rejected(var reason) ->
                    Optional.of(refusedLate(next, claim, newest, reason));
            case Outcome.Retryable(var reason, _, _) ->
                    Optional.of(refusedLate(next, claim, newest, reason));
        };
    }

    /**
     * A SENDING whose lease has ended without an outcome: try again where that is allowed, or say
     * that it is not known.
     *
     * @param sending the newest event
     * @param dueRow the sequence of the due row that brought it here
     */
    public Transition lapsed(TenantId tenant, Terms terms, Event sending, int dueRow) {
        return lost(
                new Next(
                        tenant,
                        sending.notification(),
                        sending.sequence() + 1,
                        sending.attempt(),
                        dueRow),
                terms,
                new Reason(
                        "lease_lapsed",
                        "The worker ended before it recorded what became of the attempt."));
    }

    private Transition succeeded(Next next, Status status, @Nullable String reference) {
        var kind = status == Status.DELIVERED ? EventKind.DELIVERED : EventKind.SENT;
        return transition(next, kind, status, null, null, reference);
    }

    private Transition refused(Next next, Reason reason) {
        return transition(next, EventKind.REFUSED, Status.FAILED, null, reason, null);
    }

    private Transition lost(Next next, Terms terms, Reason reason) {
        var retries = policies.of(terms.channel());
        var due = now().plus(retries.after(terms.counted(next.attempt()), null, random));
        boolean again =
                switch (terms.guarantee()) {
                    case AT_LEAST_ONCE ->
                            !retries.isLast(terms.counted(next.attempt()))
                                    && !terms.isExpiredAt(due)
                                    && !isTooOldAt(due, terms);
                    case AT_MOST_ONCE -> false;
                };
        return again
                ? transition(next, EventKind.LOST, Status.RETRYING, due, reason, null)
                : transition(next, EventKind.LOST, Status.UNKNOWN, null, reason, null);
    }

    private Transition succeededLate(
            Next next,
            Claim claim,
            Event newest,
            EventKind kind,
            Status target,
            @Nullable String reference) {
        boolean moves = newest.status().mayBecome(target, newest.attempt());
        return transition(
                next.about(claim.attempt()),
                kind,
                moves ? target : newest.status(),
                moves ? null : newest.until(),
                lateness(claim, newest, null),
                reference);
    }

    private Transition refusedLate(Next next, Claim claim, Event newest, Reason reason) {
        boolean settles = newest.status() == Status.UNKNOWN && newest.attempt() == claim.attempt();
        return transition(
                next.about(claim.attempt()),
                EventKind.REFUSED,
                settles ? Status.FAILED : newest.status(),
                settles ? null : newest.until(),
                lateness(claim, newest, reason),
                null);
    }

    private Transition transition(
            Next next,
            EventKind kind,
            Status status,
            @Nullable Instant until,
            @Nullable Reason reason,
            @Nullable String reference) {
        return new Transition(
                next.tenant(),
                new Event(
                        next.notification(),
                        next.sequence(),
                        kind,
                        status,
                        next.attempt(),
                        now(),
                        until,
                        reason,
                        reference,
                        next.about()),
                until,
                next.dueRow(),
                false);
    }

    private static @Nullable Reason lateness(Claim claim, Event newest, @Nullable Reason reason) {
        // A receipt of the same attempt came before its answer, so nobody has given it up.
        if (newest.about() != null && newest.about() == claim.attempt()) {
            return reason;
        }
        var words = "Attempt " + claim.attempt() + " ended after it had been given up.";
        return reason == null
                ? new Reason("late_outcome", words)
                : new Reason(reason.code(), words + " " + reason.words());
    }

    /**
     * At least so long that a notification has a bounded number of events, however long it is put
     * off: it doubles each time, which its events tell, but not beyond a part of its age.
     */
    private Duration pause(Claim claim, Duration wait) {
        var asked = shorter(wait, LONGEST_PAUSE);
        var doubled =
                SHORTEST_PAUSE.multipliedBy(
                        1L << Math.min(claim.sequence() / EVENTS_OF_A_ROUND, MOST_DOUBLINGS));
        var age = Duration.between(claim.terms().since(), now());
        var own = shorter(shorter(doubled, age.dividedBy(PART_OF_AGE)), LONGEST_OWN_PAUSE);
        return longer(SHORTEST_PAUSE, longer(asked, own));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Where the next event goes.
     *
     * @param about the attempt it speaks of, where that is not told by its place
     */
    private record Next(
            TenantId tenant,
            NotificationId notification,
            int sequence,
            int attempt,
            @Nullable Integer dueRow,
            @Nullable Integer about) {

        Next(
                TenantId tenant,
                NotificationId notification,
                int sequence,
                int attempt,
                @Nullable Integer dueRow) {
            this(tenant, notification, sequence, attempt, dueRow, null);
        }

        Next withAttempt(int other) {
            return new Next(tenant, notification, sequence, other, dueRow, about);
        }

        Next about(int other) {
            return new Next(tenant, notification, sequence, attempt, dueRow, other);
        }
    }
}
