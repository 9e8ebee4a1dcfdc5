package io.herald.attempt;

import io.herald.notification.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a hand-over. */
public sealed interface Outcome {

    /**
     * The provider has it and will deliver it.
     *
     * @param reference what the provider calls it, or null
     */
    record Sent(@Nullable String reference) implements Outcome {}

    /** It has arrived: the receiver itself answered. */
    record Delivered(@Nullable String reference) implements Outcome {}

    /**
     * It never left: there was no time, no connection or no store for it. This was no attempt, so
     * none is counted, and the next one has the same number.
     *
     * @param pause how long it would be of no use to try again, zero when that is not known
     */
    record NotHandedOver(Reason reason, Duration pause) implements Outcome {

        /** The deadline is nearer than a hand-over may take. */
        public static NotHandedOver noTimeLeft(Duration pause) {
            return new NotHandedOver(
                    new Reason(
                            "no_time_left",
                            "There was no time left for it; it was not handed over."),
                    pause);
        }
    }

    /**
     * Not accepted now; a later attempt may be.
     *
     * @param retryAfter how long the provider asked to be left alone, or null
     */
    record Retryable(Reason reason, @Nullable Duration retryAfter) implements Outcome {}

    /** Not accepted, and never will be. */
    record Rejected(Reason reason) implements Outcome {}

    /** It was handed over and no answer came: it may have been accepted, or not. */
    record Lost(Reason reason) implements Outcome {

        /** Herald itself failed, at a moment that is not known. */
        public static Lost byOurFault() {
            return new Lost(
                    new Reason("internal_error", "Herald failed while it was handing over."));
        }
    }
}
