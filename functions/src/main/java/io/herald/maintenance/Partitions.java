package io.herald.maintenance;

import java.time.Instant;

/** The partitions of the tables that grow. */
public interface Partitions {

    /**
     * Makes the partitions for {@code from} to {@code until} that are missing, and attaches them
     * without blocking writers for long. Safe to run again, also after it was interrupted, and
     * beside itself.
     *
     * @return how many were made
     */
    int ensure(Instant from, Instant until);
}
