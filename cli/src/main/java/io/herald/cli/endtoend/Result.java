package io.herald.cli.endtoend;

import java.time.Duration;

/** What came of one scenario, and how long it took. */
public record Result(String scenario, Outcome outcome, Duration time) {

    public boolean isPassed() {
        return switch (outcome) {
            case Outcome.Passed() -> true;
            case Outcome.Failed _ -> false;
        };
    }
}
