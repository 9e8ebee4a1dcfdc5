package io.herald.attempt;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.Transition;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a receipt means for its notification: rule 4 of the architecture. It may come before the
 * worker has recorded its own outcome, late, twice, and in any order with others; the status never
 * goes back. All attempts at a notification carry one key, so what a provider has sent under an
 * earlier one is sent; its refusal of an earlier one says nothing of the newest.
 */
public final class DecideReceipt {

    private final Clock clock;

    public DecideReceipt(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param history all events of the notification, oldest first
     * @return empty for what is known already, and for an attempt that was never made
     */
    public Optional<Transition> decide(Receipt receipt, List<Event> history) {
        if (!wasClaimed(receipt.attempt(), history) || isKnown(receipt, history)) {
            return Optional.empty();
        }
        var newest = history.getLast();
        var status = statusAfter(receipt, newest, history);
        boolean moves = status != newest.status();
        // A due row belongs to the event that gives the status: it goes when that moves, and else
        // goes along.
        var until = moves ? null : newest.until();
        return Optional.of(
                new Transition(
                        receipt.tenant(),
                        new Event(
                                receipt.notification(),
                                newest.sequence() + 1,
                                kindOf(receipt.kind()),
                                status,
                                newest.attempt(),
                                timeOf(receipt, newest),
                                until,
                                reasonOf(receipt),
                                receipt.reference(),
                                receipt.attempt()),
                        until,
                        moves || until != null ? newest.sequence() : null,
                        false));
    }

    private static Status statusAfter(Receipt receipt, Event newest, List<Event> history) {
        var status = newest.status();
        return switch (receipt.kind()) {
            case SENT -> forward(status, Status.SENT);
            case DELIVERED -> forward(status, Status.DELIVERED);
            case BOUNCED ->
                    hasArrivedLater(receipt.attempt(), history)
                            ? status
                            : forward(status, Status.BOUNCED);
            case REFUSED -> refused(receipt, newest, history);
        };
    }

    private static Status forward(Status status, Status next) {
        // An attempt was made, or the receipt would not have come so far.
        return status.mayBecome(next, 1) ? next : status;
    }

    /** An attempt was refused after all. */
    private static Status refused(Receipt receipt, Event newest, List<Event> history) {
        var status = newest.status();
        boolean isNewest = receipt.attempt() == newest.attempt();
        return switch (status) {
            case SENDING -> isNewest ? Status.FAILED : status;
            case UNKNOWN -> {
                var lost = LostAttempts.of(history);
                lost.remove(receipt.attempt());
                yield lost.isEmpty() ? Status.FAILED : status;
            }
            // It was accepted, and is not sent: for whoever waits for it, it came back.
            case SENT -> isNewest ? Status.BOUNCED : status;
            // To try again was decided before this was known, and goes on.
            case PENDING, RETRYING, SCHEDULED -> status;
            case DELIVERED, BOUNCED, FAILED, SUPPRESSED, CANCELLED, EXPIRED -> status;
        };
    }

    /**
     * Whether a later attempt has reached the person, so that the earlier one's end is no matter.
     */
    private static boolean hasArrivedLater(int attempt, List<Event> history) {
        return history.stream()
                .anyMatch(
                        event -> event.kind() == EventKind.DELIVERED && attemptOf(event) > attempt);
    }

    private static boolean wasClaimed(int attempt, List<Event> history) {
        return history.stream()
                .anyMatch(event -> event.kind() == EventKind.CLAIMED && event.attempt() == attempt);
    }

    private static boolean isKnown(Receipt receipt, List<Event> history) {
        var kind = kindOf(receipt.kind());
        return history.stream()
                .anyMatch(event -> event.kind() == kind && attemptOf(event) == receipt.attempt());
    }

    /** The attempt whose outcome the event tells. */
    private static int attemptOf(Event event) {
        var about = event.about();
        return about == null ? event.attempt() : about;
    }

    /** The provider's time, within what is possible: a timeline runs forward. */
    private Instant timeOf(Receipt receipt, Event newest) {
        var at = receipt.at().isBefore(newest.at()) ? newest.at() : receipt.at();
        var now = clock.instant();
        return (at.isAfter(now) ? now : at).truncatedTo(ChronoUnit.MICROS);
    }

    private static EventKind kindOf(Receipt.Kind kind) {
        return switch (kind) {
            case SENT -> EventKind.SENT;
            case DELIVERED -> EventKind.DELIVERED;
            case BOUNCED -> EventKind.BOUNCED;
            case REFUSED -> EventKind.REFUSED;
        };
    }

    private static @Nullable Reason reasonOf(Receipt receipt) {
        return switch (receipt.kind()) {
            case SENT, DELIVERED -> null;
            case BOUNCED -> reason("bounced", "The message came back", receipt.code());
            case REFUSED ->
                    reason(
                            "refused_later",
                            "The provider does not send it after all",
                            receipt.code());
        };
    }

    private static Reason reason(String code, String words, @Nullable String providers) {
        return new Reason(
                code,
                providers == null
                        ? words + "."
                        : words + "; the provider gives the code " + providers + ".");
    }
}
