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

        /** What goes to its provider or host fails, so nothing is tried for a while. */
        public static NotHandedOver breakerOpen(Duration pause) {
            return new NotHandedOver(
                    new Reason(
                            "breaker_open",
                            "Where it goes to failed, was slow or asked to be left alone a moment"
                                    + " ago; it was not handed over."),
                    pause);
        }

        /** It would overtake another one. */
        public static NotHandedOver behindAnother(Duration pause) {
            return new NotHandedOver(
                    new Reason(
                            "behind_another",
                            "A message to the same person before it has to be tried again first."),
                    pause);
        }
    }

    /**
     * Not accepted now; a later attempt may be.
     *
     * @param retryAfter how long the provider asked to be left alone, or null
     * @param about whom it speaks of
     */
    record Retryable(Reason reason, @Nullable Duration retryAfter, About about) implements Outcome {

        /** Of the provider, which would not accept another message either. */
        public Retryable(Reason reason, @Nullable Duration retryAfter) {
            this(reason, retryAfter, About.PROVIDER);
        }

        /** Of this message, such as of the mailbox it goes to. */
        public static Retryable aboutMessage(Reason reason) {
            return new Retryable(reason, null, About.MESSAGE);
        }
    }

    /** Whom it speaks of that something was not accepted. */
    enum About {
        PROVIDER,
        MESSAGE
    }

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
