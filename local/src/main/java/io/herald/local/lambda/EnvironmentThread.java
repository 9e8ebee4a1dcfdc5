package io.herald.local.lambda;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The thread of one environment. Not thread-safe: the pool hands it to one caller at a time. */
final class EnvironmentThread {

    private final Environment environment;
    private final ExecutorService thread;
    private volatile boolean discarded;

    EnvironmentThread(String name, Environment environment) {
        this.environment = environment;
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name(name).daemon().factory());
    }

    /** An invocation, not yet started; cancelling it with interruption interrupts the run. */
    FutureTask<InvocationResult> prepare(byte[] event) {
        return new FutureTask<>(() -> environment.run(event));
    }

    void start(FutureTask<InvocationResult> invocation) {
        thread.execute(invocation);
    }

    /** How long an invocation may last. */
    long limitNanos() {
        return environment.limit().toNanos();
    }

    Optional<ProcessHandle> process() {
        return environment.process();
    }

    /** Whether no further request should see it. */
    boolean broken() {
        return discarded || environment.isBroken();
    }

    /** Has the environment ended once its run has returned. Does not wait. */
    void discard() {
        discarded = true;
        // In this order: the interrupt is for the run, and the end must not see it.
        thread.execute(this::end);
        thread.shutdown();
    }

    boolean hasEnded() {
        return thread.isTerminated();
    }

    /** Waits until the environment has ended; false if it still runs when the time is over. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return thread.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }

    private void end() {
        // The interrupt that ended the last run is not meant for the end.
        Thread.interrupted();
        environment.end();
    }
}
