package io.herald.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command, as a process of its own, from its start to its end. */
class UpTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern URL = Pattern.compile("URL +(http\\S+)");
    private static final Pattern KEY = Pattern.compile("API key +(\\S+)");
    private static final Pattern CURL = Pattern.compile("(?m)^curl .*$");

    @TempDir Path temporary;

    private final List<ProcessHandle> started = new ArrayList<>();

    private record Running(Process process, Path out, Path err) {}

    private record Ended(int exitCode, String out, String err) {}

    @AfterEach
    void end_what_was_started() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    /** One story, as each start of a stack takes seconds. */
    @Test
    void takes_calls_and_comes_back_from_kill_9_with_all_it_had() throws Exception {
        var state = temporary.resolve("a state").toString();
        var first = up(state);

        var answered = ended(start("sh", "-c", printed(first, CURL, 0) + " -w '\\n%{http_code}'"));
        assertThat(answered.out()).as(answered.err()).endsWith("\n202");
        var notification =
                Json.read(answered.out().substring(0, answered.out().lastIndexOf('\n')))
                        .at("/data/0/id")
                        .asText();
        assertThat(notification).isNotEmpty();

        var demo = herald("demo", "--json", "--state", state);
        assertThat(demo.exitCode()).as(demo.err()).isZero();

        var made = herald("tenant", "create", "shop", "--json", "--state", state);
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(Json.read(made.out()).path("key").asText()).isNotEmpty();
        assertThat(Json.read(herald("tenant", "list", "--json", "--state", state).out()))
                .extracting(tenant -> tenant.path("name").asText())
                .contains("local", "shop");

        issuesAndRevokesKeys(first, state);

        var second = herald("up", "--port", "0", "--state", state);
        assertThat(second.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(second.err())
                .contains("already: process %d".formatted(first.process().pid()))
                .doesNotContain("\tat ");

        var servers = first.process().descendants().toList();
        assertThat(servers).isNotEmpty();
        first.process().destroyForcibly();
        await("the servers end with a killed stack", () -> noneLives(servers));

        var again = up(state);
        assertThat(printed(again, KEY, 1)).isEqualTo(printed(first, KEY, 1));
        assertThat(kept(again, notification).path("id").asText()).isEqualTo(notification);

        var itsServers = again.process().descendants().toList();
        assertThat(itsServers).isNotEmpty();
        // SIGTERM.
        again.process().destroy();
        assertThat(ended(again).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(itsServers).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    @Tag("slow")
    void isolated_it_runs_each_function_in_a_process_of_its_own_and_leaves_none_behind()
            throws Exception {
        var up = up(temporary.resolve("isolated").toString(), "--isolated");

        var answered = ended(start("sh", "-c", printed(up, CURL, 0) + " -w '\\n%{http_code}'"));

        assertThat(answered.out()).as(answered.err()).endsWith("\n202");
        var functions =
                up.process()
                        .descendants()
                        .filter(process ->
                                process.info()
                                        .commandLine()
                                        .orElse("")
                                        .contains("io.herald.lambda."))
                        .toList();
        assertThat(functions).hasSizeGreaterThanOrEqualTo(3);
        up.process().destroy();
        assertThat(ended(up).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(functions).noneMatch(ProcessHandle::isAlive);
    }

    private void issuesAndRevokesKeys(Running up, String state) throws Exception {
        var made =
                herald(
                        "key",
                        "create",
                        "--tenant",
                        "shop",
                        "--scopes",
                        "read",
                        "--expires",
                        "1h",
                        "--json",
                        "--state",
                        state);
        assertThat(made.exitCode()).as(made.err()).isZero();
        var key = Json.read(made.out());
        var id = key.at("/details/id").asText();
        var url = java.net.URI.create(printed(up, URL, 1));
        try (var api = new ApiClient(url, key.path("key").asText())) {
            assertThat(api.get("/v1/users/nobody").status()).isEqualTo(404);
            assertThat(api.put("/v1/users/nobody", Json.object()).status()).isEqualTo(403);

            var revoked =
                    herald("key", "revoke", "--tenant", "shop", id, "--json", "--state", state);
            assertThat(revoked.exitCode()).as(revoked.err()).isZero();
            var revokedAt = Instant.parse(Json.read(revoked.out()).path("revokedAt").asText());
            while (api.get("/v1/users/nobody").status() != 401) {
                assertThat(Instant.now()).isBefore(revokedAt.plusSeconds(10));
                Thread.sleep(50);
            }
        }
        var listed = herald("key", "list", "--tenant", "shop", "--state", state);
        assertThat(listed.out())
                .contains("ID")
                .contains(id)
                .doesNotContain(key.path("key").asText());
        var unknown = herald("key", "revoke", "--tenant", "shop", "no-id", "--state", state);
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(unknown.err()).contains("no key with this id");
    }

    private static JsonNode kept(Running up, String notification) throws InterruptedException {
        var url = java.net.URI.create(printed(up, URL, 1));
        try (var api = new ApiClient(url, printed(up, KEY, 1))) {
            return api.get("/v1/notifications/" + notification).expectSuccess();
        }
    }

    /** A stack on a free port, when it has said that it runs. */
    private Running up(String state, String... options) throws Exception {
        var begin = System.nanoTime();
        var arguments = new ArrayList<>(List.of("up", "--port", "0", "--state", state));
        arguments.addAll(List.of(options));
        var up = start(command(arguments.toArray(String[]::new)));
        await(
                "the stack runs",
                () -> {
                    assertThat(up.process().isAlive()).as(() -> read(up.err())).isTrue();
                    return read(up.out()).contains("Ctrl-C stops it.");
                });
        started.addAll(up.process().descendants().toList());
        // Told, not asserted: the machine may be busy. The promise is 20 s.
        System.out.printf(
                "./herald up was ready after %.1f s%n", (System.nanoTime() - begin) / 1e9);
        return up;
    }

    private Ended herald(String... arguments) throws Exception {
        return ended(start(command(arguments)));
    }

    private String[] command(String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Xlog:disable",
                                "-Dherald.root=" + temporary,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Herald.class.getName()));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private Running start(String... command) throws IOException {
        var out = Files.createTempFile(temporary, "out", "");
        var err = Files.createTempFile(temporary, "err", "");
        var process =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        started.add(process.toHandle());
        return new Running(process, out, err);
    }

    private static Ended ended(Running running) throws InterruptedException {
        assertThat(running.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(() -> "ended in time: " + read(running.err()))
                .isTrue();
        return new Ended(running.process().exitValue(), read(running.out()), read(running.err()));
    }

    private static String printed(Running up, Pattern what, int group) {
        var found = what.matcher(read(up.out()));
        assertThat(found.find()).as(() -> what + " in " + read(up.out())).isTrue();
        return found.group(group);
    }

    private static boolean noneLives(List<ProcessHandle> processes) {
        return processes.stream().noneMatch(ProcessHandle::isAlive);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what + ", in time").isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
