package io.herald.submission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** How what was executed is told, so that it can be kept before it is told. */
public interface Answers {
    /** The answer about one message. */
    JsonNode ofMessage(List<Notification> notifications);

    /** The answer about the whole submission. */
    JsonNode ofSubmission(List<ItemResult> items);
}
