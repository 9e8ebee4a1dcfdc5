package io.herald.outbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Takes up what was accepted and hangs, whatever Kafka may have lost: Postgres remembers. Looks at
 * each notification once, when its lane has consumed what was published around its acceptance, and
 * leaves what hangs to due work, which publishes it if it still does when as much time has passed
 * again. What is released later is watched by its own due row.
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
        // While a lane is behind, what looks lost there is only late, and to watch all of it would
        // cost the more the later it is.
        var lanes = lag.caughtUpTo(until.plus(after.dividedBy(2)));
        if (lanes.isEmpty()) {
            return false;
        }
        return reconciliation.advance(lanes, until, clock.instant().plus(after), limit).more();
    }
}
