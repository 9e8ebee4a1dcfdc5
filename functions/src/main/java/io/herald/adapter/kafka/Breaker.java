package io.herald.adapter.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps calls from a Kafka that was out of reach a moment ago. After a second one call asks again,
 * and for its budget nobody else does.
 */
final class Breaker {

    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
    private static final Duration BREAK = Duration.ofSeconds(1);

    private final LongSupplier nanoTime;
    private boolean broken;
    private long brokenUntil;

    /**
     * @param nanoTime a monotonic clock
     */
    Breaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether a call would be let through now. */
    synchronized boolean isPassable() {
        return !broken || nanoTime.getAsLong() - brokenUntil >= 0;
    }

    /** Whether this call is let through. */
    synchronized boolean pass(Duration budget) {
        if (!isPassable()) {
            return false;
        }
        if (broken) {
            brokenUntil = nanoTime.getAsLong() + budget.toNanos();
        }
        return true;
    }

    synchronized void reached() {
        if (broken) {
            LOG.info("Kafka is back");
        }
        broken = false;
    }

    /**
     * @param cause in words that may be logged
     */
    synchronized void missed(String cause) {
        if (!broken) {
            LOG.warn("Kafka is out of reach ({}); records stay in the outbox", cause);
        }
        broken = true;
        brokenUntil = nanoTime.getAsLong() + BREAK.toNanos();
    }
}
