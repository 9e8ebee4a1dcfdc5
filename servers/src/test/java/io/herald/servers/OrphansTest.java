package io.herald.servers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow: each case is a JVM that starts servers and is killed. */
@Tag("slow")
final class OrphansTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir Path folder;

    private @Nullable Process other;

    @AfterEach
    void end_the_other_jvm() {
        if (other != null) {
            other.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"running", "paused"})
    void all_servers_end_when_their_jvm_is_killed(String state) throws IOException {
        var servers = startInAnotherJvm(state);
        var children = servers.stream().flatMap(ProcessHandle::descendants).toList();
        assertThat(children).as("Postgres has children").isNotEmpty();
        kill();
        assertThat(Wait.until(LIMIT, () -> servers.stream().noneMatch(ServerProcess::isRunning)))
                .isTrue();
        assertThat(Wait.until(LIMIT, () -> children.stream().noneMatch(ServerProcess::isRunning)))
                .isTrue();
    }

    @Test
    void a_start_on_the_same_folder_waits_for_those_that_are_ending() throws IOException {
        startInAnotherJvm("running");
        kill();
        try (var servers = Servers.start(folder, SharedServers.binaries())) {
            assertThat(servers.postgres().isAlive()).isTrue();
        }
    }

    @Test
    void a_second_start_on_the_same_folder_is_refused_and_harms_nothing() throws IOException {
        var servers = startInAnotherJvm("running");
        assertThatThrownBy(() -> Servers.start(folder, SharedServers.binaries()))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("already in use by process")
                .hasMessageContaining(Long.toString(started().pid()));
        assertThat(servers).allMatch(ServerProcess::isRunning);
        kill();
        assertThat(Wait.until(LIMIT, () -> servers.stream().noneMatch(ServerProcess::isRunning)))
                .isTrue();
    }

    private List<ProcessHandle> startInAnotherJvm(String state) throws IOException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dherald.root=" + SharedServers.binaries().resolve("../.."),
                                "-cp",
                                System.getProperty("java.class.path"),
                                ServersOfAnotherJvm.class.getName(),
                                folder.toString(),
                                state)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        other = process;
        var reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
        var line = new BufferedReader(reader).readLine();
        assertThat(line).matches("\\d+ \\d+ \\d+");
        return Stream.of(String.valueOf(line).split(" "))
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                .toList();
    }

    private Process started() {
        return requireNonNull(other);
    }

    private void kill() {
        started().destroyForcibly();
        assertThat(Wait.until(LIMIT, () -> !started().isAlive())).isTrue();
    }
}
