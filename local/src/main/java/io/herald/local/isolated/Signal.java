package io.herald.local.isolated;

import io.herald.local.lambda.InvocationResult;

/** What the process of an environment tells by its calls of the Runtime API, or by its end. */
sealed interface Signal {

    /** It asks for an event: it has started, or is done with the one before. */
    record Asked() implements Signal {}

    /** It has an answer, or the function's error, for one invocation. */
    record Returned(String requestId, InvocationResult result) implements Signal {}

    /** The function could not be started. */
    record InitFailed(InvocationResult.Failed error) implements Signal {}

    /**
     * It is no more.
     *
     * @param status as a shell would say it: 128 and the signal's number if one ended it
     */
    record Ended(int status) implements Signal {}
}
