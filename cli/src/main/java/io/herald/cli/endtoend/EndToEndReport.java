package io.herald.cli.endtoend;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.herald.cli.Json;
import io.herald.cli.Table;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What came of the suite, for a person or as JSON. */
public record EndToEndReport(List<Result> results) {

    public EndToEndReport {
        results = List.copyOf(results);
    }

    public boolean isAllPassed() {
        return !results.isEmpty() && results.stream().allMatch(Result::isPassed);
    }

    /** A table with a row for each scenario. */
    public String text() {
        var table = new Table("scenario", "outcome", "milliseconds");
        for (var result : results) {
            table.row(
                    result.scenario(),
                    nameOf(result.outcome()),
                    Long.toString(result.time().toMillis()));
        }
        return table.text("");
    }

    /** For each scenario that failed, what was expected and what came; empty when all passed. */
    public String failures() {
        return results.stream()
                .flatMap(result ->
                        switch (result.outcome()) {
                            case Outcome.Passed() -> Stream.<String>empty();
                            case Outcome.Failed(var expected, var answer, _) ->
                                    Stream.of(
                                            "%s\n  expected %s\n  %s"
                                                    .formatted(
                                                            result.scenario(), expected, answer));
                        })
                .collect(Collectors.joining("\n"));
    }

    /** An array with an object for each scenario; one that failed has more fields. */
    public ArrayNode json() {
        var array = Json.object().arrayNode();
        for (var result : results) {
            var object =
                    array.addObject()
                            .put("scenario", result.scenario())
                            .put("outcome", nameOf(result.outcome()))
                            .put("milliseconds", result.time().toMillis());
            switch (result.outcome()) {
                case Outcome.Passed() -> {}
                case Outcome.Failed(var expected, var answer, var requestId) ->
                        object.put("expected", expected)
                                .put("answer", answer)
                                .put("requestId", requestId.orElse(null));
            }
        }
        return array;
    }

    private static String nameOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Passed() -> "passed";
            case Outcome.Failed _ -> "failed";
        };
    }
}
