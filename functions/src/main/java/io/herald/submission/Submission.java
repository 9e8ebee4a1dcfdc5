package io.herald.submission;

import io.herald.notification.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one call asks for.
 *
 * @param requests 0 to {@link SubmitNotifications#MAX_NOTIFICATIONS}, with at most as many channels
 *     in all
 * @param keyed the key of the submission as a whole, or null
 * @param traceparent W3C Trace Context of the call, or null
 */
public record Submission(
        TenantId tenant,
        List<MessageRequest> requests,
        @Nullable KeyedRequest keyed,
        @Nullable String traceparent) {
    public Submission {
        requests = List.copyOf(requests);
    }
}
