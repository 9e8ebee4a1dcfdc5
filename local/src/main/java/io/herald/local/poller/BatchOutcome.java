package io.herald.local.poller;

import io.herald.local.lambda.InvocationResult;
import java.util.Set;

/** What an invocation means for the records that it was given. */
sealed interface BatchOutcome {

    /** All records are done. */
    record Succeeded() implements BatchOutcome {}

    /** These come again, and only these. */
    record PartlyFailed(Set<RecordId> failed) implements BatchOutcome {}

    /**
     * All records come again, in two halves.
     *
     * @param cause for the log
     */
    record Broken(String cause) implements BatchOutcome {}

    /** The function has not seen them: all come again, together. */
    record Throttled() implements BatchOutcome {}

    /**
     * A record as a partial batch response names it.
     *
     * @param partition topic and number, such as {@code herald.email-0}
     */
    record RecordId(String partition, long offset) {}

    /**
     * Reads the result as Lambda does for a Kafka mapping that reports batch item failures: no
     * answer, {@code null}, and no failures or an empty list of them are success; an identifier
     * that is malformed or was not in the event makes the whole batch fail.
     */
    static BatchOutcome of(Batch batch, InvocationResult result) {
        return switch (result) {
            case InvocationResult.Answered(var payload) -> BatchResponse.read(batch, payload);
            case InvocationResult.Failed(var type, var message) ->
                    new Broken("the function failed: " + type + ": " + message);
            case InvocationResult.TimedOut() -> new Broken("the function timed out");
            case InvocationResult.TooLarge(var payload, var bytes) ->
                    new Broken("the " + payload + " is too large: " + bytes + " bytes");
            case InvocationResult.Throttled() -> new Throttled();
        };
    }
}
