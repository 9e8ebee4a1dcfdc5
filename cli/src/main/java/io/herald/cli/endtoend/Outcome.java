package io.herald.cli.endtoend;

import java.util.Optional;

/** What came of a scenario. */
public sealed interface Outcome {

    /** Every answer was as expected. */
    record Passed() implements Outcome {}

    /**
     * An answer was not, and the scenario ended there.
     *
     * @param answer the call and what came of it
     */
    record Failed(String expected, String answer, Optional<String> requestId) implements Outcome {}
}
