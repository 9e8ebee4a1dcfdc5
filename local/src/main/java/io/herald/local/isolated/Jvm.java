package io.herald.local.isolated;

import io.herald.local.isolated.Signal.Asked;
import io.herald.local.isolated.Signal.Ended;
import io.herald.local.isolated.Signal.InitFailed;
import io.herald.local.isolated.Signal.Returned;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.TimedOut;
import io.herald.servers.TiedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One process with the runtime interface client in it, and the Runtime API that it calls. */
final class Jvm implements AutoCloseable {

    /** 128 and SIGKILL. */
    private static final int KILLED = 137;

    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOOK_AT_MEMORY_EVERY = Duration.ofMillis(500);

    private final BlockingQueue<Signal> signals;
    private final RuntimeApi api;
    private final Process process;
    private final int memoryMegabytes;
    private boolean spent;

    private Jvm(
            BlockingQueue<Signal> signals, RuntimeApi api, Process process, int memoryMegabytes) {
        this.signals = signals;
        this.api = api;
        this.process = process;
        this.memoryMegabytes = memoryMegabytes;
    }

    /**
     * Starts it; it cannot outlive this process.
     *
     * @param builder is told where the Runtime API is
     * @param memoryMegabytes beyond which it is killed
     */
    static Jvm start(ProcessBuilder builder, int memoryMegabytes) throws IOException {
        var signals = new LinkedBlockingQueue<Signal>();
        var api = RuntimeApi.start(signals::add);
        builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.authority());
        try {
            var process = TiedProcess.start(builder, "KILL", Duration.ZERO);
            var _ = process.onExit().thenAccept(ended -> signals.add(new Ended(ended.exitValue())));
            return new Jvm(signals, api, process, memoryMegabytes);
        } catch (IOException e) {
            api.close();
            throw e;
        }
    }

    /**
     * Waits until it asks for an event.
     *
     * @return what went wrong, if something did
     */
    Optional<InvocationResult> awaitAsked(Duration limit) throws InterruptedException {
        var ends = System.nanoTime() + limit.toNanos();
        while (true) {
            switch (nextSignal(ends).orElse(null)) {
                case Asked _ when process.isAlive() -> {
                    return Optional.empty();
                }
                case InitFailed(var error) -> {
                    spent = true;
                    return Optional.of(error);
                }
                case Ended(var status) -> {
                    spent = true;
                    return Optional.of(exitError("", status));
                }
                case null -> {
                    spent = true;
                    return Optional.of(new TimedOut());
                }
                case Asked _, Returned _ -> {}
            }
        }
    }

    /** Has it work on an event that it asked for. */
    InvocationResult invoke(Invocation invocation, Duration timeout) throws InterruptedException {
        var ends = System.nanoTime() + timeout.toNanos();
        api.offer(invocation);
        while (true) {
            switch (nextSignal(ends).orElse(null)) {
                case Returned(var id, var result) when id.equals(invocation.requestId()) -> {
                    return result;
                }
                case Ended(var status) -> {
                    spent = true;
                    return exitError("RequestId: " + invocation.requestId() + " ", status);
                }
                case null -> {
                    spent = true;
                    return new TimedOut();
                }
                case Asked _, InitFailed _, Returned _ -> {}
            }
        }
    }

    /** Whether it has ended, or did not do in time what it had to: then it has to be closed. */
    boolean isSpent() {
        return spent;
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    /** Whether it holds more memory than the function has. */
    private boolean isTooLarge() {
        return ResidentMemory.peakMegabytes(process.pid()) > memoryMegabytes;
    }

    private Optional<Signal> nextSignal(long ends) throws InterruptedException {
        for (var left = ends - System.nanoTime(); left > 0; left = ends - System.nanoTime()) {
            var slice = Math.min(left, LOOK_AT_MEMORY_EVERY.toNanos());
            var signal = signals.poll(slice, TimeUnit.NANOSECONDS);
            if (isTooLarge()) {
                return Optional.of(new Ended(KILLED));
            }
            if (signal != null) {
                return Optional.of(signal);
            }
        }
        return Optional.empty();
    }

    /** In the words of Lambda. */
    private static Failed exitError(String request, int status) {
        var how =
                switch (status) {
                    case 0 -> "Runtime exited without providing a reason";
                    case KILLED -> "Runtime exited with error: signal: killed";
                    default -> "Runtime exited with error: exit status " + status;
                };
        return new Failed("Runtime.ExitError", request + "Error: " + how);
    }

    /** Kills it, as Lambda does at a timeout and when it needs an environment no more. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // It ends all the same.
            Thread.currentThread().interrupt();
        }
        api.close();
    }
}
