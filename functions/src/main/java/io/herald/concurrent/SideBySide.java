package io.herald.concurrent;

import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs tasks at the same time, each on a virtual thread. */
public final class SideBySide {

    private SideBySide() {}

    /**
     * Returns when all have ended, so that nothing outlives the call; at the latest at the
     * deadline, as one that hangs must not take the outcomes of the others with it. What still runs
     * then is interrupted, and left behind where it does not heed that.
     *
     * @return whether all have ended; what they wrote is seen by the caller then
     */
    public static boolean run(Collection<? extends Runnable> tasks, Deadline deadline) {
        var executor = Executors.newVirtualThreadPerTaskExecutor();
        tasks.forEach(executor::execute);
        executor.shutdown();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (executor.awaitTermination(
                            deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                        return true;
                    }
                    executor.shutdownNow();
                    return false;
                } catch (InterruptedException _) {
                    // Whoever interrupts wants it to end soon, and the tasks know how.
                    interrupted = true;
                    executor.shutdownNow();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
