package io.herald.local.outside;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link StandInProvider} wrote down of one message of one call.
 *
 * @param sequence 1 for the first, then counting up by 1: the order in which they came in
 * @param at in milliseconds since 1970
 * @param call which call it came in; those of a bulk call have the same
 * @param bulk whether the call was a bulk call
 * @param key its idempotency key; of a webhook, its {@code webhook-id}
 * @param notification of its arguments; of a webhook, its {@code webhook-id} again
 * @param attempt of its arguments; 0 for a webhook, which does not say
 * @param tenant of its arguments; null for a webhook, which does not say
 * @param user of its arguments, or of the webhook; null when it went to no user
 * @param to the address, or the path of the webhook
 * @param taking whether it was accepted
 * @param ending how the call ended
 * @param id what the stand-in calls the message; null when it has not accepted it
 */
public record HandedOver(
        long sequence,
        long at,
        long call,
        boolean bulk,
        String key,
        String notification,
        int attempt,
        @Nullable String tenant,
        @Nullable String user,
        String to,
        Taking taking,
        Ending ending,
        @Nullable String id) {

    /** Whether the stand-in took it. */
    public enum Taking {
        /** The first of its key. */
        ACCEPTED,
        /** One of this key had been accepted, so nothing was sent. */
        DUPLICATE,
        /** Said to be refused. */
        REFUSED,
        /** Not looked at. */
        NOT_TAKEN
    }

    /** How a call ended. */
    public enum Ending {
        /** With a result for each message. */
        ANSWERED,
        /** With a 429, or a 503 and Retry-After. */
        THROTTLED,
        /** With a 500. */
        FAILED,
        /** With the connection cut and nothing said. */
        CUT,
        /** Not before the caller had lost its patience. */
        HUNG
    }
}
