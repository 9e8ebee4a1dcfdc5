package io.herald.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./herald}, with a JDK and a Maven that only pretend. */
class LauncherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path temporary;

    private Path root = Path.of("");
    private Path jdk = Path.of("");
    private Path maven = Path.of("");
    private final List<Process> started = new ArrayList<>();

    private record Ended(int exitCode, String out, String err) {}

    @BeforeEach
    void a_project_in_a_folder_with_a_space() throws IOException {
        root = Files.createDirectory(temporary.resolve("a project"));
        Files.copy(Path.of(System.getProperty("herald.root"), "herald"), root.resolve("herald"));
        for (var module : List.of("events", "servers", "functions", "local", "bench", "cli")) {
            Files.createDirectories(root.resolve(module).resolve("src/main/java"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
        }
        Files.createDirectory(root.resolve(".mvn"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        builtNow("first");

        jdk = Files.createDirectories(temporary.resolve("jdk 25"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
        script(jdk.resolve("bin/javac"), "");
        // Says what it was called with; runs as long as it is told to; ends as it is told to.
        script(
                jdk.resolve("bin/java"),
                """
                for last; do :; done
                echo "arguments: $*"
                echo "jdk: $JAVA_HOME"
                while [ -n "${WAIT_FOR:-}" ] && [ ! -e "$WAIT_FOR" ]; do sleep 0.1; done
                for argument; do case $argument in */herald.jar) cat "$argument" ;; esac; done
                case $last in exit*) exit "${last#exit}" ;; esac
                """);

        maven = temporary.resolve("maven");
        script(
                maven.resolve("mvn"),
                """
                echo build >>"$PWD/builds"
                echo "[INFO] Building Herald local 0.1.0    [4/5]"
                if [ -e broken ]; then
                    echo "[ERROR] /x/Broken.java:[1,2] cannot find symbol"
                    exit 1
                fi
                sleep "${BUILD_SECONDS:-0}"
                mkdir -p cli/target/quick/lib functions/target/quick
                : >functions/target/quick/herald-functions.zip
                cp source cli/target/quick/herald-cli-0.1.0.jar
                """);
    }

    @AfterEach
    void end_what_was_started() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void builds_what_was_never_built_and_runs_it() throws Exception {
        var ended = herald("demo", "--json");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("demo --json").contains("first").contains("jdk: " + jdk);
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void gives_the_exit_code_on() throws Exception {
        assertThat(herald("exit7").exitCode()).isEqualTo(7);
    }

    @Test
    void does_not_build_again_what_is_up_to_date() throws Exception {
        herald("demo");
        herald("demo");

        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void builds_again_when_a_source_changed() throws Exception {
        herald("demo");
        builtNow("second");
        changed(root.resolve("local/src/main/java/New.java"));

        assertThat(herald("demo").out()).contains("second");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void builds_again_when_a_source_was_removed() throws Exception {
        changed(root.resolve("local/src/main/java/Old.java"));
        herald("demo");
        Files.delete(root.resolve("local/src/main/java/Old.java"));
        later(root.resolve("local/src/main/java"));

        herald("demo");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void does_not_build_for_a_changed_test() throws Exception {
        Files.createDirectories(root.resolve("local/src/test/java"));
        herald("demo");
        changed(root.resolve("local/src/test/java/NewTest.java"));

        herald("demo");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void works_from_any_folder_and_through_a_link() throws Exception {
        var link = Files.createSymbolicLink(temporary.resolve("link"), root.resolve("herald"));
        var process = start(temporary, Map.of(), link.toString(), "up");

        assertThat(ended(process).out()).contains("-Dherald.root=" + root.toRealPath());
    }

    @Test
    void leaves_alone_what_is_running_when_it_builds() throws Exception {
        herald("demo");
        var go = temporary.resolve("go");
        var running = start(root, Map.of("WAIT_FOR", go.toString()), "./herald", "up");
        await(() -> read(running.out()).contains("arguments"));

        for (var version : List.of("second", "third")) {
            builtNow(version);
            changed(root.resolve("cli/src/main/java/%s.java".formatted(version)));
            assertThat(herald("demo").out()).contains(version);
        }

        // The jar is read only now.
        Files.createFile(go);
        assertThat(ended(running).out()).contains("first");
        assertThat(apps()).as("what was running, and the newest").hasSize(2);
    }

    @Test
    void removes_copies_that_nobody_uses() throws Exception {
        for (var version : List.of("first", "second", "third")) {
            builtNow(version);
            changed(root.resolve("cli/src/main/java/%s.java".formatted(version)));
            herald("demo");
        }

        assertThat(apps()).hasSize(1);
    }

    @Test
    void builds_once_when_called_twice_at_once() throws Exception {
        var environment = Map.of("BUILD_SECONDS", "2");
        var one = start(root, environment, "./herald", "demo");
        var other = start(root, environment, "./herald", "demo");

        assertThat(ended(one).out()).contains("first");
        assertThat(ended(other).out()).contains("first");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void takes_over_a_lock_that_was_left_behind() throws Exception {
        Files.createDirectory(root.resolve(".herald"));
        // No process has this number: it is above the highest that Linux and macOS give.
        Files.createSymbolicLink(root.resolve(".herald/build.lock"), Path.of("99999999"));

        assertThat(herald("demo").exitCode()).isZero();
    }

    @Test
    void takes_over_a_lock_whose_number_another_process_has_now() throws Exception {
        Files.createDirectory(root.resolve(".herald"));
        var holder = ProcessHandle.current().pid() + "@ThuJan100:00:001970";
        Files.createSymbolicLink(root.resolve(".herald/build.lock"), Path.of(holder));

        assertThat(herald("demo").exitCode()).isZero();
    }

    @Test
    void takes_over_a_lock_whose_number_it_has_itself() throws Exception {
        Files.createDirectory(root.resolve(".herald"));

        // exec keeps the number, so the link names the script that finds it.
        var process =
                start(
                        root,
                        Map.of(),
                        "sh",
                        "-c",
                        "ln -s $$ .herald/build.lock; exec ./herald demo");

        assertThat(ended(process).exitCode()).isZero();
    }

    @Test
    void says_so_when_a_lock_can_not_be_made() throws Exception {
        // In its place is something that is no link.
        Files.createDirectories(root.resolve(".herald"));
        Files.createFile(root.resolve(".herald/build.lock"));

        var ended = herald("demo");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(ended.err()).contains("build.lock can't be made");
    }

    @Test
    void builds_for_a_new_version_without_the_jar_of_the_old() throws Exception {
        herald("demo");
        var old = root.resolve("cli/target/quick/herald-cli-0.0.9.jar");
        Files.writeString(old, "old");
        builtNow("second");
        changed(root.resolve("cli/src/main/java/Second.java"));

        assertThat(herald("demo").out()).contains("second");
        assertThat(old).doesNotExist();
    }

    @Test
    void tells_about_the_suite_while_one_runs() throws Exception {
        herald("demo");
        var go = temporary.resolve("go");
        var suite = start(root, Map.of("WAIT_FOR", go.toString()), "./herald", "--verbose", "test");
        await(() -> read(suite.out()).contains("arguments"));

        assertThat(root.resolve(".herald/suite.lock")).isSymbolicLink();
        assertThat(herald("test", "--help").exitCode()).isZero();

        Files.createFile(go);
        assertThat(ended(suite).exitCode()).isZero();
    }

    @Test
    void runs_one_suite_at_a_time_and_builds_meanwhile() throws Exception {
        herald("demo");
        var go = temporary.resolve("go");
        var environment = Map.of("WAIT_FOR", go.toString());
        var suite = start(root, environment, "./herald", "test");
        await(() -> read(suite.out()).contains("arguments"));

        builtNow("second");
        changed(root.resolve("cli/src/main/java/Second.java"));
        assertThat(herald("demo").out()).contains("second");

        var other = start(root, environment, "./herald", "test");
        assertThat(other.process().waitFor(2, TimeUnit.SECONDS)).isFalse();
        assertThat(read(other.out())).isEmpty();

        Files.createFile(go);
        assertThat(ended(suite).exitCode()).isZero();
        assertThat(ended(other).exitCode()).isZero();
    }

    @Test
    void says_what_is_wrong_when_the_build_fails_and_where_the_rest_is() throws Exception {
        Files.createFile(root.resolve("broken"));

        var ended = herald("demo");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err())
                .contains("Broken.java:[1,2] cannot find symbol")
                .contains(root.resolve(".herald/build.log").toString());
        Files.delete(root.resolve("broken"));
        assertThat(herald("demo").exitCode()).isZero();
    }

    @Test
    void says_so_when_the_given_jdk_is_another() throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");

        var ended = herald("demo");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(ended.err()).contains("HERALD_JAVA_HOME").contains("no JDK 25");
    }

    @Test
    void says_so_when_there_is_no_maven() throws Exception {
        Files.delete(maven.resolve("mvn"));
        var environment = Map.of("PATH", pathWithoutMaven());

        var ended = ended(start(root, environment, "./herald", "demo"));

        assertThat(ended.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(ended.err()).contains("Maven").contains("no mvn");
    }

    @Test
    @Tag("slow")
    void shows_progress_without_a_terminal_as_a_line_every_ten_seconds() throws Exception {
        var ended = ended(start(root, Map.of("BUILD_SECONDS", "11"), "./herald", "demo"));

        assertThat(ended.err()).contains("Building local (4 of 5), 10 s\n").doesNotContain("\r");
    }

    /** A folder with what the script needs besides, which the usual ones may have beside a mvn. */
    private String pathWithoutMaven() throws IOException {
        var tools = Files.createDirectory(temporary.resolve("tools"));
        for (var tool :
                List.of(
                        "sh",
                        "cat",
                        "cp",
                        "date",
                        "dirname",
                        "find",
                        "grep",
                        "head",
                        "ln",
                        "mkdir",
                        "mv",
                        "ps",
                        "readlink",
                        "rm",
                        "sed",
                        "sleep",
                        "tail",
                        "tr")) {
            for (var folder : System.getenv("PATH").split(":", -1)) {
                if (Files.isExecutable(Path.of(folder, tool))
                        && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), Path.of(folder, tool));
                }
            }
        }
        return tools.toString();
    }

    private record Running(Process process, Path out, Path err) {}

    private Ended herald(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("./herald"));
        command.addAll(List.of(arguments));
        return ended(start(root, Map.of(), command.toArray(String[]::new)));
    }

    private Running start(Path folder, Map<String, String> environment, String... command)
            throws IOException {
        var out = Files.createTempFile(temporary, "out", "");
        var err = Files.createTempFile(temporary, "err", "");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("HERALD_JAVA_HOME", jdk.toString());
        builder.environment().merge("PATH", maven.toString(), (path, own) -> own + ":" + path);
        builder.environment().putAll(environment);
        var process = builder.start();
        started.add(process);
        return new Running(process, out, err);
    }

    private static Ended ended(Running running) throws Exception {
        assertThat(running.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        return new Ended(running.process().exitValue(), read(running.out()), read(running.err()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void await(java.util.function.BooleanSupplier condition)
            throws InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static void script(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What a build makes from now on. */
    private void builtNow(String content) throws IOException {
        Files.writeString(root.resolve("source"), content);
    }

    private static void changed(Path file) throws IOException {
        Files.writeString(file, "");
        later(file);
    }

    /** The script compares times, and the clocks of some file systems are coarse. */
    private static void later(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(2)));
    }

    private long builds() throws IOException {
        var builds = root.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    private List<Path> apps() throws IOException {
        try (var files = Files.list(root.resolve(".herald/app"))) {
            return files.filter(Files::isDirectory).toList();
        }
    }
}
