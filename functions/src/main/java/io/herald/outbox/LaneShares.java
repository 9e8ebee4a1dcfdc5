package io.herald.outbox;

import io.herald.notification.Lane;
import io.herald.notification.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much each tenant may put on each lane at once: the generic cell rate algorithm (ITU-T I.371),
 * which remembers one time for each tenant and lane. What goes beyond is held back, and its turn
 * comes the later, the further it goes: so a tenant's flood waits behind the mail of all who stay
 * within their share.
 *
 * <p>Each environment counts by itself, in memory, and forgets who was not heard of for longest.
 * For one thread at a time.
 */
public final class LaneShares {

    private static final int MOST_REMEMBERED = 10_000;

    // However much it was, ten minutes later nobody is behind for it any more.
    private static final long LONGEST_LEAD = TimeUnit.MINUTES.toNanos(10);

    private final Share share;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<Key, Long> within =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };

    /**
     * One tenant's share of one lane, in one environment.
     *
     * @param perSecond notifications
     * @param burst how long at that rate it may go ahead of it
     * @param whenCongested how many times less it is while the lane is congested
     */
    public record Share(int perSecond, Duration burst, int whenCongested) {
        public Share {
            if (perSecond < 1 || burst.isNegative() || whenCongested < 1) {
                throw new IllegalArgumentException("a share is some notifications a second");
            }
        }
    }

    private record Key(TenantId tenant, Lane lane) {}

    /**
     * @param nanoTime a monotonic clock
     */
    public LaneShares(Share share, Clock clock, LongSupplier nanoTime) {
        this.share = share;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes a turn for so many.
     *
     * @param congested whether the lane is behind
     */
    public Turn take(TenantId tenant, Lane lane, int notifications, boolean congested) {
        var key = new Key(tenant, lane);
        long now = nanoTime.getAsLong();
        var before = within.get(key);
        long lead = before == null ? 0 : Math.max(0, before - now);
        long cost =
                TimeUnit.SECONDS.toNanos(notifications)
                        / share.perSecond()
                        * (congested ? share.whenCongested() : 1);
        within.put(key, now + Math.min(LONGEST_LEAD, lead + cost));
        return new Turn(clock.instant().plusNanos(lead), lead > share.burst().toNanos());
    }
}
