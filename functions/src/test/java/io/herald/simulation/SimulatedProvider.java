package io.herald.simulation;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.delivery.Draft;
import io.herald.delivery.HandOver;
import io.herald.delivery.Message;
import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A provider that keeps a record of its own, which is what the invariants are held against. */
final class SimulatedProvider {

    static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final List<Taken> record = new ArrayList<>();

    /** What hands one message over to the provider. */
    interface Gate {
        Outcome handOver(Message message);
    }

    /**
     * A message that came in.
     *
     * @param claim what the worker took for its claim; null when it had none
     * @param worker who came with it
     */
    record Taken(
            NotificationId key,
            Instant at,
            Fate.Answer answer,
            @Nullable Event claim,
            Worker worker) {

        boolean isAccepted() {
            return switch (answer) {
                case SENT, SENT_UNHEARD -> true;
                case REFUSED, THROTTLED, REFUSED_UNHEARD -> false;
            };
        }

        boolean isLost() {
            return switch (answer) {
                case SENT_UNHEARD, REFUSED_UNHEARD -> true;
                case SENT, REFUSED, THROTTLED -> false;
            };
        }
    }

    List<Taken> record() {
        return record;
    }

    Outcome take(Taken taken) {
        record.add(taken);
        return switch (taken.answer()) {
            case SENT -> new Outcome.Sent("reference");
            case REFUSED -> new Outcome.Rejected(new Reason("refused", "Refused."));
            case THROTTLED ->
                    new Outcome.Retryable(new Reason("throttled", "Later."), Duration.ofSeconds(4));
            case SENT_UNHEARD, REFUSED_UNHEARD ->
                    new Outcome.Lost(new Reason("no_answer", "No answer came."));
        };
    }

    /** Hands over one after the other, as {@code HandOverOneByOne} does for one person. */
    static HandOver through(Gate gate) {
        return (drafts, deadline) ->
                drafts.stream().map(draft -> inTime(draft, deadline, gate)).toList();
    }

    private static Outcome inTime(Draft draft, Deadline deadline, Gate gate) {
        if (deadline.remaining().compareTo(TIMEOUT) < 0) {
            return Outcome.NotHandedOver.noTimeLeft(Duration.ZERO);
        }
        return switch (draft.render()) {
            case Draft.Rendering.Failed(var outcome) -> outcome;
            case Draft.Rendering.Done(var message) -> gate.handOver(message);
        };
    }
}
