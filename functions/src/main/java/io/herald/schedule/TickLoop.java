package io.herald.schedule;

import io.herald.concurrent.Deadline;
import io.herald.fault.Faults;
import io.herald.notification.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second or so, for one run of the ticking function, since a schedule is no finer than
 * a minute. Each task has a thread of its own, so that one that waits for a dependency holds up no
 * other.
 */
public final class TickLoop {

    private static final Logger LOG = LoggerFactory.getLogger(TickLoop.class);

    private final List<Task> tasks;

    /**
     * Something that is looked at again and again.
     *
     * @param step does one helping; true when it is worth going on at once
     * @param every how long to wait when it is not
     */
    public record Task(String name, BooleanSupplier step, Duration every) {}

    public TickLoop(List<Task> tasks) {
        this.tasks = List.copyOf(tasks);
    }

    /** Returns when the time is up or the thread is interrupted, with every task ended. */
    public void run(Deadline deadline) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var running =
                    tasks.stream()
                            .map(task -> executor.submit(() -> repeat(task, deadline)))
                            .toList();
            for (var task : running) {
                try {
                    task.get();
                } catch (InterruptedException e) {
                    executor.shutdownNow();
                    Thread.currentThread().interrupt();
                    return;
                } catch (java.util.concurrent.ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        }
    }

    private static void repeat(Task task, Deadline deadline) {
        while (!deadline.hasPassed() && !Thread.currentThread().isInterrupted()) {
            if (stepOf(task)) {
                continue;
            }
            var pause = task.every();
            var left = deadline.remaining();
            try {
                Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean stepOf(Task task) {
        try {
            return task.step().getAsBoolean();
        } catch (StoreUnavailableException e) {
            LOG.warn("{}: {}", task.name(), e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("{} failed; it is tried again: {}", task.name(), Faults.trace(e));
        }
        return false;
    }
}
