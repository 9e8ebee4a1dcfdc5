package io.herald.submission;

import java.util.List;

/** What became of one {@link MessageRequest} of a call. */
public sealed interface ItemResult {

    /**
     * Stored.
     *
     * @param notifications one for each channel, in the order the request names them
     */
    record Accepted(List<Notification> notifications) implements ItemResult {
        public Accepted {
            notifications = List.copyOf(notifications);
        }
    }

    /**
     * Nothing of it was stored.
     *
     * @param problems all that is wrong with it; at least one
     */
    record Rejected(List<FieldProblem> problems) implements ItemResult {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
