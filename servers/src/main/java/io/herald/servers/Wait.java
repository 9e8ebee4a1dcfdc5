package io.herald.servers;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Polls a condition until it holds or the time is over. */
final class Wait {
    private static final Duration STEP = Duration.ofMillis(20);

    private Wait() {}

    /**
     * Returns whether the condition came to hold within the limit; ends early, with the interrupt
     * kept, when the thread is interrupted.
     */
    static boolean until(Duration limit, BooleanSupplier condition) {
        var start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                return false;
            }
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /**
     * The same for the way down: an interrupt does not cut it short, and is passed on afterwards,
     * so that a thread that was told to end still leaves clean data behind.
     */
    static boolean untilEvenIfInterrupted(Duration limit, BooleanSupplier condition) {
        var interrupted = Thread.interrupted();
        var start = System.nanoTime();
        try {
            while (true) {
                var left = limit.minusNanos(System.nanoTime() - start);
                if (until(left.isNegative() ? Duration.ZERO : left, condition)) {
                    return true;
                }
                if (!Thread.interrupted()) {
                    return false;
                }
                interrupted = true;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
