package io.herald.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into an interrupt of the main thread, which unwinds, closes what it
 * opened, and says with which code the process ends. So there is one way out, whatever the moment.
 */
final class Signals {
    /** How long the main thread may take to close what it opened. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Thread main;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean received;
    private volatile int exitCode = ExitCode.INTERRUPTED;

    private Signals(Thread main) {
        this.main = main;
    }

    /** From now on signals interrupt the calling thread. */
    static Signals interruptThisThread() {
        var signals = new Signals(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(signals::shutDown));
        return signals;
    }

    /** Whether the process was told to end. */
    boolean received() {
        return received;
    }

    /** Ends the process. */
    void exit(int code) {
        exitCode = code;
        ended.countDown();
        // After a signal this waits for the hook, which ends the process.
        System.exit(code);
    }

    private void shutDown() {
        if (ended.getCount() == 0) {
            return;
        }
        received = true;
        main.interrupt();
        try {
            var _ = ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            // Nobody interrupts a hook; and if so, it is time to go.
        }
        // A JVM that ends by a signal would exit with 128 + its number, whatever the command says.
        Runtime.getRuntime().halt(exitCode);
    }
}
