package io.herald.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The disks of the state folder are full: a clear error, no loss, and recovery. */
@EnabledOnOs(OS.LINUX)
class FullDiskTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern URL = Pattern.compile("URL +(http\\S+)");
    private static final Pattern KEY = Pattern.compile("API key +(\\S+)");
    private static final int MOST_CALLS = 3_000;

    @TempDir Path temporary;

    private final List<ProcessHandle> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private record Up(Process process, Path out, Path err) {
        String said() {
            return read(out);
        }

        String complained() {
            return read(err);
        }
    }

    @AfterEach
    void end_what_was_started() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        http.close();
    }

    @Test
    void up_on_a_full_disk_says_so_in_one_sentence() throws Exception {
        var state = temporary.resolve("state");
        try (var disks = SmallDisks.at("64k", state)) {
            disks.fill(state);

            var up = start(disks, state);

            assertThat(up.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(up.process().exitValue()).isEqualTo(ExitCode.ENVIRONMENT);
            assertThat(up.complained().strip())
                    .contains("MB free for " + state)
                    .doesNotContain("\tat ")
                    .hasLineCount(1);
        }
    }

    @Test
    @Tag("slow")
    void nothing_is_lost_when_the_disks_of_kafka_and_postgres_fill_up() throws Exception {
        var state = temporary.resolve("state");
        var kafka = state.resolve("kafka");
        var postgres = state.resolve("postgres");
        try (var disks = SmallDisks.at(SmallDisks.AMPLE, kafka, postgres)) {
            var up = awaitUp(start(disks, state));
            var accepted = new ArrayList<String>();
            accepted.add(id(send(up).body()));

            disks.fill(kafka);
            for (int calls = 0; !up.complained().contains("Kafka ended by itself"); calls++) {
                assertThat(calls).as("calls until Kafka ended").isLessThan(MOST_CALLS);
                accepted.add(id(expect(202, send(up))));
            }
            for (int i = 0; i < 20; i++) {
                accepted.add(id(expect(202, send(up))));
            }
            assertThat(up.complained())
                    .contains(" MB free for it; what it wrote is in " + kafka.resolve("log"))
                    .contains("What was accepted is kept")
                    .doesNotContain("\tat ");

            disks.fill(postgres);
            var refused = send(up);
            for (int calls = 0; refused.statusCode() == 202; calls++) {
                assertThat(calls).as("calls until Postgres was full").isLessThan(MOST_CALLS);
                accepted.add(id(refused.body()));
                refused = send(up);
            }
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/problem+json");

            disks.makeAmple(postgres);
            disks.makeAmple(kafka);
            if (!up.complained().contains("Postgres ended by itself")) {
                // By itself, when there is space again.
                await("it accepts again", () -> send(up).statusCode() == 202);
            }
            up.process().destroy();
            assertThat(up.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

            var again = awaitUp(start(disks, state));
            for (var id : accepted) {
                await(
                        "notification " + id + " is delivered",
                        () -> statusOf(again, id).equals("DELIVERED"));
            }
            var inbox = new ArrayList<String>();
            String cursor = "";
            do {
                var page = get(again, "/v1/users/ada/inbox?limit=100" + cursor);
                page.path("data").forEach(each -> inbox.add(each.path("id").asText()));
                var next = page.path("nextCursor").asText("");
                cursor = next.isEmpty() || next.equals("null") ? "" : "&cursor=" + next;
            } while (!cursor.isEmpty());
            assertThat(inbox).doesNotHaveDuplicates().containsAll(accepted);
            System.out.printf("%d accepted around two full disks, none lost%n", accepted.size());
            again.process().destroy();
            assertThat(again.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private HttpResponse<String> send(Up up) {
        var body =
                """
                {"userId": "ada", "channels": ["inbox"], "template": "welcome",
                 "payload": {"name": "%s"}}\
                """
                        .formatted("x".repeat(500));
        return call(
                up,
                HttpRequest.newBuilder(URI.create(printed(up, URL) + "/v1/notifications"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String expect(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    private static String id(String accepted) {
        return Json.read(accepted).at("/data/0/id").asText();
    }

    private String statusOf(Up up, String id) {
        return get(up, "/v1/notifications/" + id).path("status").asText();
    }

    private JsonNode get(Up up, String path) {
        return Json.read(
                call(up, HttpRequest.newBuilder(URI.create(printed(up, URL) + path))).body());
    }

    private HttpResponse<String> call(Up up, HttpRequest.Builder request) {
        try {
            return http.send(
                    request.header("Authorization", "Bearer " + printed(up, KEY)).build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Up start(SmallDisks disks, Path state) throws IOException {
        var out = Files.createTempFile(temporary, "out", "");
        var err = Files.createTempFile(temporary, "err", "");
        var process =
                new ProcessBuilder(
                                disks.within(
                                        Path.of(System.getProperty("java.home"), "bin/java")
                                                .toString(),
                                        "--enable-native-access=ALL-UNNAMED",
                                        "--sun-misc-unsafe-memory-access=allow",
                                        "-Xlog:disable",
                                        "-Dherald.root=" + temporary,
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Herald.class.getName(),
                                        "up",
                                        "--port",
                                        "0",
                                        "--state",
                                        state.toString()))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        started.add(process.toHandle());
        return new Up(process, out, err);
    }

    private static Up awaitUp(Up up) {
        await(
                "the stack runs",
                () -> {
                    assertThat(up.process().isAlive()).as(up::complained).isTrue();
                    return up.said().contains("Ctrl-C stops it.");
                });
        return up;
    }

    private static String printed(Up up, Pattern what) {
        var found = what.matcher(up.said());
        assertThat(found.find()).as(() -> what + " in " + up.said()).isTrue();
        return found.group(1);
    }

    private static void await(String what, BooleanSupplier condition) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what + ", in time").isLessThan(end);
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
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
