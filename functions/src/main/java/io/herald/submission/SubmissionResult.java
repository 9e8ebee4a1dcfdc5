package io.herald.submission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What became of a submission. */
public sealed interface SubmissionResult {
    /**
     * It was dealt with.
     *
     * @param items one for each request, in their order
     */
    record Done(List<ItemResult> items) implements SubmissionResult {
        public Done {
            items = List.copyOf(items);
        }
    }

    /** The whole of it was executed before, under its idempotency key. */
    record Replayed(JsonNode answer) implements SubmissionResult {}

    /** Its idempotency key was used for another submission. Nothing was stored. */
    record KeyReused() implements SubmissionResult {}

    /**
     * Others use the same keys at this moment, again and again, or one of them takes too long.
     * Nothing was stored.
     */
    record Busy() implements SubmissionResult {}
}
