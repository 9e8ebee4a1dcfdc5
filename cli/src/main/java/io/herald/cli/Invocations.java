package io.herald.cli;

import io.herald.local.lambda.InvocationResult;

/** What the functions that are invoked from here answer. */
final class Invocations {
    private static final int TRIES = 5;

    private Invocations() {}

    /** Invokes the administration function. */
    interface Administration {
        InvocationResult invoke(byte[] request) throws InterruptedException;
    }

    /**
     * Asks for something that can be asked again, until it is answered or was asked a few times.
     * The function gives up on Postgres within a second or two, as behind a caller who waits it
     * should, and a process that has only just started may need that for itself.
     *
     * @return whether it was answered
     */
    static boolean connect(Administration administration) throws InterruptedException {
        var harmless = Json.bytes(Json.object().put("action", "listTenants"));
        for (var tries = 0; tries < TRIES; tries++) {
            if (administration.invoke(harmless) instanceof InvocationResult.Answered) {
                return true;
            }
        }
        return false;
    }

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
