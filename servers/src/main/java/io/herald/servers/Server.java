package io.herald.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server that runs as a child process, on the loopback address only. It can be stopped, killed
 * and frozen, which tests do, and started again on the same data and port.
 */
public abstract sealed class Server implements AutoCloseable
        permits PostgresServer, KafkaServer, RedisServer {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration RETRY_LIMIT = Duration.ofSeconds(15);
    private static final Duration ORPHAN_PATIENCE = Duration.ofSeconds(15);

    private final String name;
    private final StateFolder folder;
    private final int port;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private @Nullable ServerProcess process;
    private Duration startTook = Duration.ZERO;

    Server(String name, StateFolder folder, int port) {
        this.name = name;
        this.folder = folder;
        this.port = port;
    }

    /** The process to start, which stays in the foreground. */
    abstract List<String> command();

    /** How the server is asked to end in good order. */
    abstract String stopSignal();

    /** How long that may take before the server is killed. */
    abstract Duration stopLimit();

    /** Asks the server once whether it serves its clients. */
    abstract boolean isReady();

    /** What must be so before each start. */
    void prepare() {}

    /** Whether a start failed for a reason that is gone soon. */
    boolean passesSoon(String lastLines) {
        return false;
    }

    /** Ends what an earlier JVM left running in this folder, before anything in it is used. */
    static void endOrphan(StateFolder folder) {
        ServerProcess.endOrphan(folder.file("pid"), ORPHAN_PATIENCE);
    }

    /** Starts the process and waits until it is ready; leaves none behind if it fails. */
    final void launch() {
        var begin = System.nanoTime();
        prepare();
        while (process == null || !process.isAlive()) {
            var started = ServerProcess.start(launchOptions());
            try {
                awaitReady(started);
                process = started;
                started.whenItEndsByItself(
                        words -> listeners.forEach(listener -> listener.accept(words)));
            } catch (RuntimeException failure) {
                started.kill();
                var tried = Duration.ofNanos(System.nanoTime() - begin);
                if (tried.compareTo(RETRY_LIMIT) > 0 || !passesSoon(started.logTail())) {
                    throw failure;
                }
            }
        }
        startTook = Duration.ofNanos(System.nanoTime() - begin);
    }

    private ServerProcess.Launch launchOptions() {
        return new ServerProcess.Launch(
                name,
                command(),
                Map.of(),
                folder.path(),
                log(),
                folder.file("pid"),
                stopSignal(),
                stopLimit());
    }

    private void awaitReady(ServerProcess started) {
        BooleanSupplier ended = () -> !started.isAlive();
        var settled = Wait.until(START_LIMIT, () -> ended.getAsBoolean() || isReady());
        if (ended.getAsBoolean()) {
            throw started.endedEarly();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new ServerException("The start of %s was interrupted.".formatted(name));
        }
        if (!settled) {
            throw started.notReady(START_LIMIT);
        }
    }

    final StateFolder folder() {
        return folder;
    }

    /** What people call the server, such as "Postgres". */
    public final String name() {
        return name;
    }

    /** The port on 127.0.0.1, the same over restarts of this object. */
    public final int port() {
        return port;
    }

    /** The file with all that the server wrote. */
    public final Path log() {
        return folder.file("log");
    }

    /** The pid of the server itself, or 0 if it never ran. */
    public final synchronized long pid() {
        return process == null ? 0 : process.pid();
    }

    /** Who is told, in a sentence, when the server ends and nobody asked it to. */
    public final void onEndByItself(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** How long the last start took, until the server was ready. */
    public final synchronized Duration startTook() {
        return startTook;
    }

    /** Whether the process exists; a paused one does. */
    public final synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Ends the server in good order; it may be started again. */
    public final synchronized void stop() {
        if (process != null) {
            process.stop();
        }
    }

    /** Ends the server with {@code kill -9}, all its processes at once; it may be started again. */
    public final synchronized void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** Freezes the server: connections stay open and nothing answers. */
    public final synchronized void pause() {
        if (process != null) {
            process.pause();
        }
    }

    /** Lets a paused server go on. */
    public final synchronized void resume() {
        if (process != null) {
            process.resume();
        }
    }

    /**
     * Starts the server again on the same data and port, and waits until it is ready. One that runs
     * is stopped first.
     *
     * @throws ServerException if another process took the port, or the server does not start
     */
    public final synchronized void restart() {
        folder.requireHeld();
        stop();
        StateFolder.requireFree(port);
        launch();
    }

    /** Stops the server for good and leaves its folder to others. */
    @Override
    public final synchronized void close() {
        stop();
        folder.close();
    }
}
