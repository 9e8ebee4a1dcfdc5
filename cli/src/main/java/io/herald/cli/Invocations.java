package io.herald.cli;

import io.herald.local.lambda.InvocationResult;

/** What the functions that are invoked from here answer. */
final class Invocations {
    private Invocations() {}

    /**
     * @throws CommandException unless the function answered, with a sentence that says why
     */
    static byte[] expectAnswer(InvocationResult result) {
        return switch (result) {
            case InvocationResult.Answered(var answer) -> answer;
            case InvocationResult.Failed(_, var message) -> throw failed("failed: " + message);
            case InvocationResult.TimedOut() -> throw failed("did not answer in time.");
            case InvocationResult.Throttled() -> throw failed("is busy with other calls.");
            case InvocationResult.TooLarge(_, var bytes) ->
                    throw failed("can't exchange as much as " + bytes + " bytes.");
        };
    }

    private static CommandException failed(String how) {
        return CommandException.failed("The administration function " + how);
    }
}
