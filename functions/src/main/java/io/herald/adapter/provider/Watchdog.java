package io.herald.adapter.provider;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends what takes too long. A socket's timeouts count from one byte to the next, so a peer that
 * sends a byte now and then is held by nothing else.
 */
final class Watchdog implements AutoCloseable {

    private final ScheduledThreadPoolExecutor timer;

    Watchdog(String name) {
        timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name(name).daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Guards one call; to be closed when it is over. */
    static final class Guard implements AutoCloseable {
        private final AtomicBoolean fired = new AtomicBoolean();
        private final ScheduledFuture<?> timeout;

        private Guard(ScheduledThreadPoolExecutor timer, Duration timeout, Runnable end) {
            this.timeout =
                    timer.schedule(
                            () -> {
                                fired.set(true);
                                // Closing a socket may wait for it; the timer may not.
                                Thread.ofVirtual().start(end);
                            },
                            Math.max(1, timeout.toNanos()),
                            TimeUnit.NANOSECONDS);
        }

        boolean hasFired() {
            return fired.get();
        }

        @Override
        public void close() {
            timeout.cancel(false);
        }
    }

    /**
     * @param end makes the call fail; called once, from another thread
     */
    Guard guard(Duration timeout, Runnable end) {
        return new Guard(timer, timeout, end);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
