package io.herald.api.http;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a request. Each method returns null when the parameter is not there, or
 * when it is wrong; what is wrong is collected.
 */
public final class Query {
    private static final int MAX_LIMIT = 100;
    private static final int DEFAULT_LIMIT = 20;

    private final Map<String, List<String>> parameters;
    private final InputProblems problems;
    private final Set<String> wrong = new HashSet<>();

    /**
     * Collects the parameters that are not known or there more than once.
     *
     * @param known the names that the route takes
     */
    public Query(Map<String, List<String>> parameters, List<String> known, InputProblems problems) {
        this.parameters = parameters;
        this.problems = problems;
        parameters.forEach((name, values) -> {
            if (!known.contains(name)) {
                add(name, "is not a known parameter");
            } else if (values.size() > 1) {
                add(name, "must not be there twice");
            }
        });
    }

    public @Nullable String text(String name, Format format) {
        var values = parameters.get(name);
        if (values == null || values.size() != 1) {
            return null;
        }
        var text = values.getFirst();
        var problem =
                Texts.isStorable(text)
                        ? format.problemWith(text)
                        : Optional.of("must not contain NUL characters or unpaired surrogates");
        if (problem.isPresent()) {
            add(name, problem.get());
            return null;
        }
        return text;
    }

    public @Nullable String requiredText(String name, Format format) {
        if (!parameters.containsKey(name)) {
            add(name, "is required");
        }
        return text(name, format);
    }

    /** A whole number within bounds, both included. */
    public @Nullable Integer number(String name, int min, int max) {
        var expected = "must be a whole number from %d to %d".formatted(min, max);
        var text =
                text(
                        name,
                        Format.matching(
                                candidate ->
                                        candidate.matches("[0-9]{1,10}")
                                                && Long.parseLong(candidate) >= min
                                                && Long.parseLong(candidate) <= max,
                                expected));
        return text == null ? null : Integer.valueOf(text);
    }

    /** Says that something is wrong with a parameter. */
    public void add(String name, String detail) {
        wrong.add(name);
        problems.addParameter(name, detail);
    }

    /** Whether anything was found to be wrong with any of them. */
    public boolean isWrong(String... names) {
        return Stream.of(names).anyMatch(wrong::contains);
    }

    /** How many items a page has at most. */
    public int limit() {
        var limit = number("limit", 1, MAX_LIMIT);
        return limit == null ? DEFAULT_LIMIT : limit;
    }
}
