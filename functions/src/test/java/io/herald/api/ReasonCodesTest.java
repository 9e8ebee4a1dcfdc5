package io.herald.api;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every reason that is made has a code that callers can look up. */
final class ReasonCodesTest {
    /** Where a reason is made, and its code. */
    private static final Pattern MADE = Pattern.compile("new Reason\\(\\s*([\\w.()]+|\"[^\"]*\")");

    /** Methods that make reasons of the code they are given. */
    private static final Pattern PASSED_ON =
            Pattern.compile("\\b(?:retryable|rejected|reason)\\(\\s*(\"[^\"]*\")");

    private static final Pattern CONSTANT =
            Pattern.compile("\\bString ([A-Z_]+) =\\s*\"([a-z_]+)\"");

    /** Those that give on the code of another reason. */
    private static final Set<String> OF_ANOTHER = Set.of("code", "reason.code()");

    private static final Pattern LISTED = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|");

    @Test
    void every_code_is_listed() throws IOException {
        var sources = sources();
        var constants = new HashMap<String, String>();
        CONSTANT.matcher(sources)
                .results()
                .forEach(match -> constants.put(match.group(1), match.group(2)));
        var made = new TreeSet<String>();
        for (var pattern : List.of(MADE, PASSED_ON)) {
            pattern.matcher(sources)
                    .results()
                    .map(match -> match.group(1))
                    .filter(argument -> !OF_ANOTHER.contains(argument))
                    .forEach(argument -> made.add(codeOf(argument, constants)));
        }

        assertThat(made).contains("lease_lapsed", "address_refused", "undecodable");
        assertThat(listed()).containsAll(made);
    }

    private static String codeOf(String argument, Map<String, String> constants) {
        if (argument.startsWith("\"")) {
            return argument.substring(1, argument.length() - 1);
        }
        var name = argument.substring(argument.lastIndexOf('.') + 1);
        assertThat(constants).as("the code of new Reason(%s", argument).containsKey(name);
        return constants.getOrDefault(name, "");
    }

    private static Set<String> listed() throws IOException {
        try (var stream = ReasonCodesTest.class.getResourceAsStream("/openapi.yaml")) {
            var reason = new YAMLMapper().readTree(stream).at("/components/schemas/Reason");
            return LISTED.matcher(reason.path("description").asText())
                    .results()
                    .map(match -> match.group(1))
                    .collect(toCollection(TreeSet::new));
        }
    }

    private static String sources() throws IOException {
        var main = Path.of(System.getProperty("herald.root"), "functions/src/main/java");
        try (var files = Files.walk(main)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(ReasonCodesTest::read)
                    .collect(joining("\n"));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
