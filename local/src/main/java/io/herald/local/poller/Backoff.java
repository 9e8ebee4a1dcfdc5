package io.herald.local.poller;

import java.time.Duration;

/**
 * How long a batch waits before it is tried again: twice as long with every failure.
 *
 * @param first after the first failure
 * @param cap the longest
 */
public record Backoff(Duration first, Duration cap) {

    /** 100 ms, 200 ms, 400 ms and so on, 30 s at most. */
    public static final Backoff DEFAULT =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));

    /**
     * The wait after a failure.
     *
     * @param failures how often the batch has failed, at least 1
     */
    Duration after(int failures) {
        // Beyond 20 doublings the cap has long been reached, and a shift would overflow.
        var doubled = first.multipliedBy(1L << Math.min(failures - 1, 20));
        return doubled.compareTo(cap) < 0 ? doubled : cap;
    }
}
