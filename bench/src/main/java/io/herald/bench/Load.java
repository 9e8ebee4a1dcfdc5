package io.herald.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Two ways of calling: as fast as answers come, and on a clock. */
final class Load {
    /** Enough to keep two processors busy, and no more. */
    static final int BATCH_CALLERS = 4;

    /** So many that a slow answer keeps no call from being made when it is due. */
    static final int SINGLE_CALLERS = 32;

    private Load() {}

    /** What one thread calls, on a connection of its own. */
    @FunctionalInterface
    interface Caller {
        /**
         * @return how many notifications that were
         */
        int call() throws Exception;
    }

    /**
     * @param count of notifications
     * @param nanos until the last answer
     */
    record Volume(long count, long nanos) {
        double perSecond() {
            return count * 1e9 / nanos;
        }

        @Override
        public String toString() {
            return "%d in %.1f s, %.0f/s".formatted(count, nanos / 1e9, perSecond());
        }
    }

    /** Closed model: each caller calls again as soon as it was answered. */
    static Volume saturate(List<? extends Caller> callers, Duration duration)
            throws InterruptedException {
        var start = System.nanoTime();
        var end = start + duration.toNanos();
        var tasks = new ArrayList<Callable<Long>>();
        for (var caller : callers) {
            tasks.add(() -> {
                long count = 0;
                while (System.nanoTime() - end < 0) {
                    count += caller.call();
                }
                return count;
            });
        }
        long count = together(tasks).stream().mapToLong(Long::longValue).sum();
        return new Volume(count, System.nanoTime() - start);
    }

    /** As {@link #saturate}, until at least so many are done. */
    static Volume atLeast(List<? extends Caller> callers, long wanted) throws InterruptedException {
        var begun = new AtomicLong();
        var start = System.nanoTime();
        var tasks = new ArrayList<Callable<Long>>();
        for (var caller : callers) {
            tasks.add(() -> {
                long count = 0;
                while (begun.get() < wanted) {
                    int called = caller.call();
                    begun.addAndGet(called);
                    count += called;
                }
                return count;
            });
        }
        long count = together(tasks).stream().mapToLong(Long::longValue).sum();
        return new Volume(count, System.nanoTime() - start);
    }

    /**
     * Open model: calls are due at fixed times, whatever became of the calls before, and how long
     * one took is counted from when it was due. So a call that has to wait because others are slow
     * counts as slow itself (no coordinated omission).
     *
     * @param callers enough of them that hardly ever none is free
     * @param rate calls a second
     * @return how long each took, in nanoseconds, in ascending order
     */
    static long[] onSchedule(List<? extends Caller> callers, int rate, Duration duration)
            throws InterruptedException {
        int total = Math.max(1, Math.toIntExact(duration.toMillis() * rate / 1_000));
        var latencies = new long[total];
        var next = new AtomicInteger();
        var interval = Duration.ofSeconds(1).toNanos() / rate;
        // A moment for the threads to start.
        var start = System.nanoTime() + Duration.ofMillis(20).toNanos();
        var tasks = new ArrayList<Callable<Long>>();
        for (var caller : callers) {
            tasks.add(() -> {
                long count = 0;
                for (int i = next.getAndIncrement(); i < total; i = next.getAndIncrement()) {
                    var due = start + i * interval;
                    for (var left = due - System.nanoTime();
                            left > 0;
                            left = due - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                    count += caller.call();
                    latencies[i] = System.nanoTime() - due;
                }
                return count;
            });
        }
        long answered = together(tasks).stream().mapToLong(Long::longValue).sum();
        if (answered != total) {
            throw new BenchException(
                    "Of %d calls %d were answered as they should be.".formatted(total, answered));
        }
        Arrays.sort(latencies);
        return latencies;
    }

    /** Runs all at once, each on a thread of its own, and waits for all. */
    static <T> List<T> together(List<Callable<T>> tasks) throws InterruptedException {
        var threads = Thread.ofPlatform().name("bench-", 1).daemon().factory();
        try (var executor = Executors.newThreadPerTaskExecutor(threads)) {
            var results = new ArrayList<T>();
            for (var running : executor.invokeAll(tasks)) {
                results.add(running.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BenchException known) {
                throw known;
            }
            throw new BenchException("The load broke off: " + e.getCause(), e);
        }
    }
}
