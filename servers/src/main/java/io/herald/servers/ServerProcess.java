package io.herald.servers;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A running server: a child process of this JVM that cannot outlive it. */
public final class ServerProcess {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);
    private static final int TAIL_BYTES = 16 << 10;

    // In MB; Postgres makes files of 16 MB, and Kafka of 10.
    private static final int LITTLE_SPACE = 32;

    private final Launch launch;
    private final Process process;
    private final long logStart;
    private boolean paused;
    private volatile boolean asked;

    private ServerProcess(Launch launch, Process process, long logStart) {
        this.launch = launch;
        this.process = process;
        this.logStart = logStart;
    }

    /**
     * What to start.
     *
     * @param name for messages, such as "Postgres"
     * @param command the executable and its arguments; it must stay in the foreground
     * @param environment set on top of this JVM's own
     * @param folder the working directory
     * @param log gets both outputs; appended to
     * @param pidFile remembers the process for {@link #endOrphan}
     * @param stopSignal asks the server to end in good order, such as "TERM"
     * @param stopLimit how long that may take before the server is killed; whole seconds
     */
    public record Launch(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path folder,
            Path log,
            Path pidFile,
            String stopSignal,
            Duration stopLimit) {
        public Launch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * Starts the server, without waiting until it answers.
     *
     * @throws ServerException if the command cannot be started
     */
    public static ServerProcess start(Launch launch) {
        try {
            TiedProcess.keepLogSmall(launch.log());
            var logStart = Files.exists(launch.log()) ? Files.size(launch.log()) : 0;
            var builder =
                    new ProcessBuilder(launch.command())
                            .directory(launch.folder().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
            clean(builder.environment());
            builder.environment().putAll(launch.environment());
            var process = TiedProcess.start(builder, launch.stopSignal(), launch.stopLimit());
            var server = new ServerProcess(launch, process, logStart);
            server.rememberPid();
            return server;
        } catch (IOException failure) {
            throw new ServerException(
                    "%s could not be started (%s).".formatted(launch.name(), failure), failure);
        }
    }

    /** Settings of the person's own clients and JVMs are not meant for these servers. */
    private static void clean(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        environment.putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
    }

    private void rememberPid() throws IOException {
        var started = process.info().startInstant().orElse(Instant.EPOCH);
        Files.writeString(launch.pidFile(), "%d %d%n".formatted(pid(), started.toEpochMilli()));
    }

    /**
     * Ends what an earlier JVM left behind, if it still runs: the watchdog of a killed JVM may be
     * at it just now. The caller must hold the server's folder, or it would end a living JVM's
     * server.
     *
     * @throws ServerException if the process does not end
     */
    public static void endOrphan(Path pidFile, Duration patience) {
        var orphan = remembered(pidFile);
        if (orphan.isEmpty()
                || Wait.until(patience, () -> !isRunning(orphan.get()))
                || end(orphan.get())) {
            return;
        }
        throw new ServerException(
                "Process %d is left from an earlier run and does not end."
                        .formatted(orphan.get().pid()));
    }

    private static boolean end(ProcessHandle orphan) {
        var family = Stream.concat(Stream.of(orphan), orphan.descendants()).toList();
        family.forEach(ProcessHandle::destroyForcibly);
        return Wait.until(KILL_LIMIT, () -> family.stream().noneMatch(ServerProcess::isRunning));
    }

    /** The process that the pid file names, if it is still that one and not a later one. */
    static Optional<ProcessHandle> remembered(Path pidFile) {
        return readPidFile(pidFile)
                .flatMap(parts ->
                        ProcessHandle.of(parts.getFirst())
                                .filter(ServerProcess::isRunning)
                                .filter(handle -> startedAt(handle, parts.getLast())));
    }

    /** The pid in the file, whoever has it now. */
    static Optional<Long> rememberedPid(Path pidFile) {
        return readPidFile(pidFile).map(List::getFirst);
    }

    private static Optional<List<Long>> readPidFile(Path pidFile) {
        try {
            var words = Files.readString(pidFile).strip().split(" ");
            return words.length == 2
                    ? Optional.of(List.of(Long.valueOf(words[0]), Long.valueOf(words[1])))
                    : Optional.empty();
        } catch (IOException | NumberFormatException _) {
            // None yet, or the machine went down while it was written: then nothing runs either.
            return Optional.empty();
        }
    }

    /** Start times are computed from the boot time, which a clock that is set moves a little. */
    private static boolean startedAt(ProcessHandle handle, long milliseconds) {
        return handle.info()
                .startInstant()
                .map(start -> Duration.between(Instant.ofEpochMilli(milliseconds), start).abs())
                .filter(difference -> difference.compareTo(START_TOLERANCE) <= 0)
                .isPresent();
    }

    /** Whether it lives; where process 1 does not collect the dead, they stay listed for ever. */
    static boolean isRunning(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
            return !stat.substring(stat.lastIndexOf(')') + 1).stripLeading().startsWith("Z");
        } catch (IOException _) {
            return handle.isAlive();
        }
    }

    /** The pid of the server itself. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process exists; a paused one does. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the server in good order, or kills it when that takes too long. */
    public synchronized void stop() {
        asked = true;
        if (!isAlive()) {
            return;
        }
        signal(launch.stopSignal(), List.of(pid()));
        resume();
        if (!Wait.untilEvenIfInterrupted(launch.stopLimit(), () -> !isAlive())) {
            kill();
        }
    }

    /** Ends the server and its children at once, as {@code kill -9} does. */
    public synchronized void kill() {
        asked = true;
        if (!isAlive()) {
            return;
        }
        // A stopped process cannot have more children while these are listed and killed.
        signal("STOP", List.of(pid()));
        var children = process.toHandle().descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        var ended =
                Wait.untilEvenIfInterrupted(
                        KILL_LIMIT,
                        () -> !isAlive() && children.stream().noneMatch(ServerProcess::isRunning));
        if (!ended) {
            throw new ServerException(
                    "%s (process %d) does not end.".formatted(launch.name(), pid()));
        }
    }

    /** Freezes the server and its children: connections stay open and nothing answers. */
    public synchronized void pause() {
        if (isAlive()) {
            paused = true;
            signal("STOP", List.of(pid()));
            signal("STOP", childPids());
        }
    }

    /** Lets a paused server go on. */
    public synchronized void resume() {
        if (paused && isAlive()) {
            signal("CONT", childPids());
            signal("CONT", List.of(pid()));
        }
        paused = false;
    }

    private List<Long> childPids() {
        return process.toHandle().descendants().map(ProcessHandle::pid).toList();
    }

    /** Sends a signal; the shell's own kill needs no package that a small system may lack. */
    private static void signal(String signal, Collection<Long> pids) {
        if (!pids.isEmpty()) {
            var targets = pids.stream().map(String::valueOf).collect(Collectors.joining(" "));
            // A process that ended meanwhile is what the caller finds out by itself.
            var _ = Command.run(List.of("sh", "-c", "kill -s " + signal + " " + targets));
        }
    }

    /** Tells once, in a sentence, if the server ends and nobody here asked it to. */
    void whenItEndsByItself(Consumer<String> told) {
        var _ =
                process.onExit()
                        .thenRun(() -> {
                            if (!asked) {
                                told.accept(
                                        "%s ended by itself (exit code %d)%s; what it wrote is in %s."
                                                .formatted(
                                                        launch.name(),
                                                        process.exitValue(),
                                                        onAFullDisk(),
                                                        launch.log()));
                            }
                        });
    }

    /** A server seldom comes to say that its disk is full: its log is on it too. */
    private String onAFullDisk() {
        try {
            long free = Files.getFileStore(launch.folder()).getUsableSpace() >> 20;
            return free < LITTLE_SPACE ? ", with %d MB free for it".formatted(free) : "";
        } catch (IOException _) {
            return "";
        }
    }

    /** Says how the server ended, with the last lines it wrote since it was started. */
    ServerException endedEarly() {
        return new ServerException(
                "%s ended while it was starting (exit code %d); its last lines:%n%s"
                        .formatted(launch.name(), process.exitValue(), logTail()));
    }

    ServerException notReady(Duration limit) {
        return new ServerException(
                "%s was not ready after %d s; its last lines:%n%s"
                        .formatted(launch.name(), limit.toSeconds(), logTail()));
    }

    /** The last lines that the server wrote since it was started. */
    public String logTail() {
        try (var log = new RandomAccessFile(launch.log().toFile(), "r")) {
            var from = Math.max(logStart, log.length() - TAIL_BYTES);
            log.seek(from);
            var bytes = new byte[Math.toIntExact(log.length() - from)];
            log.readFully(bytes);
            var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return lines.stream()
                    .skip(Math.max(0, lines.size() - 15))
                    .collect(Collectors.joining(System.lineSeparator()));
        } catch (IOException failure) {
            return "(%s cannot be read: %s)".formatted(launch.log(), failure);
        }
    }
}
