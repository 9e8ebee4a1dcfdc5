package io.herald.local.lambda;

/** What became of one invocation. */
public sealed interface InvocationResult {

    /**
     * The function returned.
     *
     * @param payload what it wrote; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // Compared nowhere, and copying 6 MB would cost.
    record Answered(byte[] payload) implements InvocationResult {}

    /**
     * The function threw, could not be constructed, or its process ended: what Lambda calls a
     * function error.
     *
     * @param errorType the class of what was thrown; {@code Runtime.ExitError} for a process that
     *     ended
     * @param message its message, empty if it had none
     */
    record Failed(String errorType, String message) implements InvocationResult {}

    /**
     * The function's timeout ({@code Sandbox.Timedout} for Lambda), or the caller's patience, ran
     * out while it was running.
     */
    record TimedOut() implements InvocationResult {}

    /** No environment became free within the caller's patience; the function has not seen it. */
    record Throttled() implements InvocationResult {}

    /**
     * A payload is beyond {@link io.herald.catalog.Catalog#INVOCATION_LIMIT_BYTES}. A request that
     * is too large has not been seen by the function; a response has been computed and is lost.
     *
     * @param bytes its size
     */
    record TooLarge(Payload payload, long bytes) implements InvocationResult {}

    /** Which of the two payloads of an invocation. */
    enum Payload {
        REQUEST,
        RESPONSE
    }
}
