package io.herald.submission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What became of one item of a submission. */
public sealed interface ItemResult {

    /**
     * @param notifications one for each channel, in the order of the request
     */
    record Accepted(List<Notification> notifications) implements ItemResult {
        public Accepted {
            notifications = List.copyOf(notifications);
        }
    }

    /** It was executed before, under its idempotency key. */
    record Replayed(JsonNode answer) implements ItemResult {}

    /** Its idempotency key was used for another message. Nothing of the item was stored. */
    record KeyReused() implements ItemResult {}

    /** Nothing of the item was stored. */
    record Rejected(List<FieldProblem> problems) implements ItemResult {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
