package io.herald.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String UNTIL_SIGNALLED = "while :; do sleep 0.05; done";

    @TempDir Path folder;

    private final List<ServerProcess> started = new ArrayList<>();

    @AfterEach
    void end_what_was_started() {
        started.forEach(ServerProcess::kill);
    }

    @Test
    void the_pid_is_that_of_the_command_itself() {
        var process = start("echo pid $$; " + UNTIL_SIGNALLED);
        awaitLog(process, "pid " + process.pid());
    }

    @Test
    void the_server_is_not_in_the_session_of_the_terminal() {
        var process = start("ps -o sid= -p $$; " + UNTIL_SIGNALLED);
        awaitLog(process, Long.toString(process.pid()));
    }

    @Test
    void without_setsid_perl_gives_it_a_session_and_the_same_pid() {
        var perl = Command.find("perl").orElseThrow();
        var command = new ArrayList<>(TiedProcess.ownSessionByPerl(perl));
        command.addAll(List.of("sh", "-c", "echo $$; ps -o sid= -p $$"));
        var lines = Command.run(command).output().lines().map(String::strip).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).isEqualTo(lines.getLast());
    }

    @Test
    void stop_lets_the_server_end_in_good_order() {
        var process = start("trap 'echo good order; exit 0' TERM; echo up; " + UNTIL_SIGNALLED);
        awaitLog(process, "up");
        process.stop();
        assertThat(process.isAlive()).isFalse();
        assertThat(process.logTail()).contains("good order");
    }

    @Test
    void stop_kills_a_server_that_does_not_end_in_time() {
        var process = start("trap '' TERM; echo up; " + UNTIL_SIGNALLED, Duration.ofSeconds(1));
        awaitLog(process, "up");
        process.stop();
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void stop_ends_a_paused_server() {
        var process = start("trap 'echo good order; exit 0' TERM; echo up; " + UNTIL_SIGNALLED);
        awaitLog(process, "up");
        process.pause();
        process.stop();
        assertThat(process.logTail()).contains("good order");
    }

    @Test
    void stop_works_in_a_thread_that_was_interrupted() {
        var process = start("trap 'echo good order; exit 0' TERM; echo up; " + UNTIL_SIGNALLED);
        awaitLog(process, "up");
        Thread.currentThread().interrupt();
        process.stop();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(process.logTail()).contains("good order");
    }

    @Test
    void kill_ends_the_children_too() {
        var process = start("sleep 600 & echo child $!; wait");
        awaitLog(process, "child");
        var child = Long.parseLong(process.logTail().replaceAll("\\D", ""));
        process.kill();
        assertThat(process.isAlive()).isFalse();
        assertThat(Wait.until(LIMIT, () -> !runs(child))).isTrue();
    }

    @Test
    void pause_freezes_it_and_its_children_until_resume() {
        var process = start("(" + UNTIL_SIGNALLED + ") & echo child $!; wait");
        awaitLog(process, "child");
        var child = Long.parseLong(process.logTail().replaceAll("\\D", ""));
        process.pause();
        assertThat(Wait.until(LIMIT, () -> isStopped(process.pid()) && isStopped(child))).isTrue();
        assertThat(process.isAlive()).isTrue();
        process.resume();
        assertThat(Wait.until(LIMIT, () -> !isStopped(process.pid()) && !isStopped(child)))
                .isTrue();
    }

    @Test
    void a_server_that_ends_by_itself_is_told_of_and_one_that_was_asked_to_is_not() {
        var told = new CopyOnWriteArrayList<String>();
        var byItself = start("echo up; sleep 0.2; exit 7");
        byItself.whenItEndsByItself(told::add);
        assertThat(Wait.until(LIMIT, () -> !told.isEmpty())).isTrue();
        assertThat(told).singleElement().asString().contains("ended by itself (exit code 7);");

        var asked = start("echo up; " + UNTIL_SIGNALLED);
        awaitLog(asked, "up");
        var ended = new CountDownLatch(1);
        asked.whenItEndsByItself(told::add);
        var _ = ProcessHandle.of(asked.pid()).orElseThrow().onExit().thenRun(ended::countDown);
        asked.kill();
        assertThat(Wait.until(LIMIT, () -> ended.getCount() == 0)).isTrue();
        assertThat(told).hasSize(1);
    }

    @Test
    void the_watchdog_goes_when_the_server_ends() {
        var process = start("echo up; " + UNTIL_SIGNALLED);
        awaitLog(process, "up");
        var watchdogs = watchdogsOf(process.pid());
        assertThat(watchdogs).isNotEmpty();
        process.kill();
        assertThat(Wait.until(LIMIT, () -> watchdogs.stream().noneMatch(ServerProcessTest::runs)))
                .isTrue();
    }

    @Test
    void what_an_earlier_run_left_is_ended() {
        var left = start(UNTIL_SIGNALLED);
        ServerProcess.endOrphan(pidFile(), Duration.ZERO);
        assertThat(Wait.until(LIMIT, () -> !left.isAlive())).isTrue();
    }

    @Test
    void a_process_that_only_has_the_same_pid_is_left_alone() throws IOException {
        var other = start(UNTIL_SIGNALLED);
        Files.writeString(pidFile(), other.pid() + " 1000000");
        ServerProcess.endOrphan(pidFile(), Duration.ZERO);
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void a_pid_file_that_was_cut_off_is_no_hindrance() throws IOException {
        Files.writeString(pidFile(), "12");
        ServerProcess.endOrphan(pidFile(), Duration.ZERO);
        assertThat(ServerProcess.remembered(pidFile())).isEmpty();
    }

    @Test
    void a_command_that_is_not_there_says_so_in_the_log() {
        var process = start(List.of("/nowhere/server"), LIMIT);
        assertThat(Wait.until(LIMIT, () -> !process.isAlive())).isTrue();
        assertThat(process.endedEarly()).hasMessageContaining("/nowhere/server");
    }

    @Test
    void a_folder_that_is_not_there_is_said() {
        var launch = launch(List.of("true"), folder.resolve("missing"), LIMIT);
        assertThatThrownBy(() -> ServerProcess.start(launch))
                .isInstanceOf(ServerException.class)
                .hasMessageStartingWith("Test could not be started");
    }

    private ServerProcess start(String script) {
        return start(script, LIMIT);
    }

    private ServerProcess start(String script, Duration stopLimit) {
        return start(List.of("sh", "-c", script), stopLimit);
    }

    private ServerProcess start(List<String> command, Duration stopLimit) {
        var process = ServerProcess.start(launch(command, folder, stopLimit));
        started.add(process);
        return process;
    }

    private ServerProcess.Launch launch(List<String> command, Path where, Duration stopLimit) {
        return new ServerProcess.Launch(
                "Test",
                command,
                Map.of(),
                where,
                folder.resolve("log"),
                pidFile(),
                "TERM",
                stopLimit);
    }

    private Path pidFile() {
        return folder.resolve("pid");
    }

    private static void awaitLog(ServerProcess process, String text) {
        assertThat(Wait.until(LIMIT, () -> process.logTail().contains(text)))
                .as("the log holds '%s': %s", text, process.logTail())
                .isTrue();
    }

    private static String state(long pid) {
        return Command.run(List.of("ps", "-o", "stat=", "-p", Long.toString(pid))).output();
    }

    private static boolean isStopped(long pid) {
        return state(pid).startsWith("T");
    }

    private static boolean runs(long pid) {
        var state = state(pid);
        return !state.isEmpty() && !state.startsWith("Z");
    }

    /** All of the server's session but the server itself and its children. */
    private static List<Long> watchdogsOf(long pid) {
        var result = Command.run(List.of("ps", "-A", "-o", "pid=,ppid=,sess="));
        return result.output()
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words[2].equals(Long.toString(pid)))
                .filter(words -> !words[0].equals(Long.toString(pid)))
                .filter(words -> !words[1].equals(Long.toString(pid)))
                .map(words -> Long.valueOf(words[0]))
                .toList();
    }
}
