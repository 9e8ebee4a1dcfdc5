package io.herald.local.isolated;

import java.util.UUID;

/**
 * One event on its way to a function.
 *
 * @param deadlineMillis when its time will be over, since the epoch
 * @param functionArn what was invoked
 * @param payload JSON; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Compared nowhere, and copying 6 MB would cost.
record Invocation(String requestId, long deadlineMillis, String functionArn, byte[] payload) {

    /** In the form of X-Ray, which the client passes on; nothing records it. */
    String traceId() {
        var random = UUID.fromString(requestId).toString().replace("-", "");
        return "Root=1-%s-%s;Parent=%s;Sampled=0"
                .formatted(random.substring(0, 8), random.substring(8), random.substring(0, 16));
    }
}
