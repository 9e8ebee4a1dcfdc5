package io.herald.bench;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param measurement how long each figure is measured, and its raw limit as long again; warm-up and
 *     emptying the lanes come on top
 * @param rounds into how many rounds that time is divided; the median of them counts
 * @param batch notifications in one call, where several go in one; at most 1,000
 * @param users how many people are written to; at least as many as one batch
 * @param rate single calls a second
 */
public record BenchSettings(Duration measurement, int rounds, int batch, int users, int rate) {

    public BenchSettings {
        if (measurement.isNegative() || measurement.isZero() || rounds < 1) {
            throw new IllegalArgumentException("a measurement takes some time");
        }
        if (batch < 1 || batch > 1_000 || users < batch) {
            throw new IllegalArgumentException("a batch has 1 to 1,000 notifications, and users");
        }
        if (rate < 1) {
            throw new IllegalArgumentException("a rate is at least 1 a second");
        }
    }

    /** Three rounds of batches of 1,000 to 2,000 users, and of 500 single calls a second. */
    public static BenchSettings lasting(Duration measurement) {
        return new BenchSettings(measurement, 3, 1_000, 2_000, 500);
    }

    Duration round() {
        return measurement.dividedBy(rounds);
    }

    /** Before this much has been done the JVM has not compiled what is hot. */
    int warmUpCount() {
        return 200 * batch;
    }

    /** However slow the machine is, it is not warmed up longer. */
    Duration longestWarmUp() {
        return measurement.multipliedBy(4);
    }

    /** How long single calls are made before they count. */
    Duration warmUp() {
        return measurement;
    }
}
