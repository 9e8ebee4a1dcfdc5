package io.herald.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandLineTest {

    @TempDir Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    private CommandLine commandLine() {
        var terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false);
        return Herald.commandLine(terminal, new Installation(root), () -> false);
    }

    static Stream<List<String>> every_command() {
        return commands(
                Herald.commandLine(
                        new Terminal(System.out, System.err, false),
                        new Installation(Path.of("")),
                        () -> false),
                List.of());
    }

    private static Stream<List<String>> commands(CommandLine command, List<String> path) {
        var inner =
                command.getSubcommands().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals("help"))
                        .flatMap(entry -> {
                            var longer = new ArrayList<>(path);
                            longer.add(entry.getKey());
                            return commands(entry.getValue(), longer);
                        });
        return Stream.concat(Stream.of(path), inner);
    }

    @ParameterizedTest
    @MethodSource("every_command")
    void every_command_has_help_with_examples_and_exit_codes(List<String> path) {
        var help = new StringWriter();
        var arguments = new ArrayList<>(path);
        arguments.add("--help");

        var code =
                commandLine()
                        .setOut(new PrintWriter(help, true))
                        .execute(arguments.toArray(String[]::new));

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(help.toString())
                .contains("Usage: " + String.join(" ", join("./herald", path)))
                .contains("Examples:\n  ./herald")
                .contains("Exit codes:");
    }

    private static List<String> join(String first, List<String> rest) {
        var all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    @ParameterizedTest
    @MethodSource("wrong_usage")
    void wrong_usage_is_said_in_a_sentence_and_has_its_own_exit_code(
            List<String> arguments, String sentence) {
        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains(sentence).contains("--help").doesNotContain("Exception");
        assertThat(text(out)).isEmpty();
    }

    static Stream<Object[]> wrong_usage() {
        return Stream.of(
                new Object[] {List.of(), "Which command?"},
                new Object[] {List.of("tenant"), "Which command?"},
                new Object[] {List.of("dmeo"), "dmeo"},
                new Object[] {List.of("up", "--port", "99999"), "--port is 99999"},
                new Object[] {List.of("up", "--port", "http"), "http"},
                new Object[] {List.of("up", "--api-environments", "0"), "--api-environments is 0"},
                new Object[] {List.of("e2e", "--url", "http://localhost:1"), "--key"},
                new Object[] {List.of("e2e", "--email", "me@example.com"), "--url"},
                new Object[] {List.of("e2e", "--url", "localhost", "--key", "k"), "http"},
                new Object[] {List.of("tenant", "create"), "NAME"},
                new Object[] {List.of("key"), "Which command?"},
                new Object[] {List.of("dead-letters"), "Which command?"},
                new Object[] {List.of("dead-letters", "discard"), "--all"},
                new Object[] {List.of("dead-letters", "discard", "--all", "an-id"), "an-id"},
                new Object[] {List.of("key", "list"), "--tenant"},
                new Object[] {List.of("key", "revoke", "--tenant", "shop"), "ID"},
                new Object[] {
                    List.of("key", "create", "--tenant", "shop", "--scopes", "read,write"), "write"
                },
                new Object[] {
                    List.of("key", "create", "--tenant", "shop", "--expires", "soon"),
                    "must be a span such as 90m"
                },
                new Object[] {
                    List.of("key", "create", "--tenant", "shop", "--expires", "0d"),
                    "must be a span such as 90m"
                });
    }

    @Test
    void without_a_stack_a_tenant_cannot_be_made_and_a_sentence_says_how_to_start_one() {
        assertThat(run("tenant", "create", "shop")).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(text(err)).contains("No stack runs").contains("./herald up");
    }

    @ParameterizedTest
    @CsvSource({
        "90m, 2026-11-23T19:30:00Z",
        "12h, 2026-11-24T06:00:00Z",
        "30d, 2026-12-23T18:00:00Z",
        "2027-01-01T01:00:00+01:00, 2027-01-01T00:00:00Z"
    })
    void an_expiry_is_a_span_or_a_time(String text, Instant expected) {
        var now = Instant.parse("2026-11-23T18:00:00Z");

        assertThat(new Expiry.Converter().convert(text).from(now)).isEqualTo(expected);
    }

    @Test
    void without_a_stack_there_are_no_keys() {
        for (var arguments :
                List.of(
                        List.of("key", "create", "--tenant", "shop", "--scopes", "send,READ"),
                        List.of("key", "list", "--tenant", "shop"),
                        List.of("key", "revoke", "--tenant", "shop", "some-id"))) {
            err.reset();
            assertThat(run(arguments.toArray(String[]::new))).isEqualTo(ExitCode.ENVIRONMENT);
            assertThat(text(err)).contains("No stack runs");
        }
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
