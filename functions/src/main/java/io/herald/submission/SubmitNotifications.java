package io.herald.submission;

import io.herald.notification.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accepts the messages of one call. */
public interface SubmitNotifications {

    /**
     * Stores what can be accepted, all of it in one transaction, and publishes it.
     *
     * @param requests 1 or more, which make at most 1,000 notifications
     * @param traceparent W3C Trace Context of the call, or null
     * @return what became of each request, in their order
     */
    List<ItemResult> submit(
            TenantId tenant, List<MessageRequest> requests, @Nullable String traceparent);
}
