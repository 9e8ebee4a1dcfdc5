package io.herald.adapter.kafka;

import io.herald.notification.Lane;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps calls from a lane that Kafka did not take a moment ago. After a second one call tries
 * again, and for its budget nobody else does.
 */
final class Breaker {

    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
    private static final Duration BREAK = Duration.ofSeconds(1);

    private enum State {
        NEVER_ASKED,
        REACHED,
        BROKEN
    }

    /** Whether a call is let through. */
    enum Pass {
        FREE,
        /** It is to find out whether Kafka takes the lane again, at little cost. */
        TRIAL,
        NONE
    }

    private final Lane lane;
    private final LongSupplier nanoTime;
    private State state = State.NEVER_ASKED;
    private long brokenUntil;

    /**
     * @param nanoTime a monotonic clock
     */
    Breaker(Lane lane, LongSupplier nanoTime) {
        this.lane = lane;
        this.nanoTime = nanoTime;
    }

    synchronized boolean wasAsked() {
        return state != State.NEVER_ASKED;
    }

    /** Whether a call would be let through now. */
    synchronized boolean isPassable() {
        return state != State.BROKEN || nanoTime.getAsLong() - brokenUntil >= 0;
    }

    /** Who passes says what came of it, unless nothing did. */
    synchronized Pass pass(Duration budget) {
        if (!isPassable()) {
            return Pass.NONE;
        }
        if (state != State.BROKEN) {
            return Pass.FREE;
        }
        brokenUntil = nanoTime.getAsLong() + budget.toNanos();
        return Pass.TRIAL;
    }

    synchronized void reached() {
        if (state == State.BROKEN) {
            LOG.info("Kafka takes the lane {} again", lane.text());
        }
        state = State.REACHED;
    }

    /**
     * @param cause in words that may be logged
     */
    synchronized void missed(String cause) {
        if (state != State.BROKEN) {
            LOG.warn(
                    "Kafka does not take the lane {} ({}); its records stay in the outbox",
                    lane.text(),
                    cause);
        }
        state = State.BROKEN;
        brokenUntil = nanoTime.getAsLong() + BREAK.toNanos();
    }
}
