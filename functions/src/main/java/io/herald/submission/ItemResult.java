package io.herald.submission;

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

    /** Nothing of the item was stored. */
    record Rejected(List<FieldProblem> problems) implements ItemResult {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
