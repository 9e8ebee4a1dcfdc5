package io.herald.outbox;

import io.herald.events.DispatchRecord;
import java.time.Duration;
import java.util.List;

/** Puts records on their lanes. */
public interface Publisher {

    /** What became of one record. */
    sealed interface Result {
        /** On Kafka, acknowledged by every replica in sync. */
        record Published() implements Result {}

        /** Not known to be on Kafka; it may come through later, or be tried again. */
        record Unavailable(String cause) implements Result {}

        /** Kafka will never take it, however often it is tried. */
        record Refused(String cause) implements Result {}
    }

    /**
     * Publishes, keyed by tenant and user, and waits for every acknowledgement. Never throws for
     * Kafka being out of reach. A lane that Kafka does not take keeps no other's records from being
     * published, only this call from ending before its budget.
     *
     * @param budget the longest this may take; the first call takes besides as long as making
     *     Kafka's client does
     * @return a result for each record, in their order
     */
    List<Result> publish(List<DispatchRecord> records, Duration budget);

    /**
     * False while {@link #publish} would answer at once that Kafka is out of reach, without asking
     * it, for every lane that was published to before. Asks nothing itself, so true is no promise.
     */
    boolean isAvailable();
}
