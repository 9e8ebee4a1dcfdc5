package io.herald.cli.endtoend;

import java.util.Optional;

/** Ends a scenario: the deployment answered something else than it must. */
final class UnexpectedAnswer extends RuntimeException {
    private final String expected;
    private final String answer;
    private final Optional<String> requestId;

    UnexpectedAnswer(String expected, String answer, Optional<String> requestId) {
        super("expected " + expected + "; " + answer);
        this.expected = expected;
        this.answer = answer;
        this.requestId = requestId;
    }

    /** What it should have been, as the end of "expected ...". */
    String expected() {
        return expected;
    }

    /** What was called, and what came. */
    String answer() {
        return answer;
    }

    /** Finds the call in the logs of the deployment. */
    Optional<String> requestId() {
        return requestId;
    }
}
