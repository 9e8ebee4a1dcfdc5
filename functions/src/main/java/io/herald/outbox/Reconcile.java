package io.herald.outbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Takes up what was accepted and hangs, whatever Kafka may have lost: Postgres remembers. Looks at
 * each notification once, when all lanes have consumed what was published around its acceptance;
 * what is released later is watched by its own due row.
 */
public final class Reconcile {

    private final Reconciliation reconciliation;
    private final LaneLag lag;
    private final Clock clock;
    private final Duration after;
    private final int limit;

    /**
     * @param after how old a notification must be before it is looked at
     * @param limit about how many notifications one step reads
     */
    public Reconcile(
            Reconciliation reconciliation, LaneLag lag, Clock clock, Duration after, int limit) {
        this.reconciliation = reconciliation;
        this.lag = lag;
        this.clock = clock;
        this.after = after;
        this.limit = limit;
    }

    /**
     * Advances by one helping.
     *
     * @return whether there is more to look at
     */
    public boolean step() {
        Instant until = clock.instant().minus(after);
        // While a lane is behind, what looks lost is only late: to publish it again would make it
        // later.
        if (!lag.hasConsumedAllBefore(until.plus(after.dividedBy(2)))) {
            return false;
        }
        return reconciliation.advance(until, clock.instant().plus(after), limit).more();
    }
}
