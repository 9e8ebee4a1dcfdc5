package io.herald.outbox;

import io.herald.notification.Lane;
import io.herald.outbox.Backlogs.Backlog;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much the relay may put on each lane, so that what waits in Kafka is delivered within seconds,
 * and what comes to a lane next never waits behind a flood. What has no room waits in the outbox,
 * where it can be overtaken. For one thread at a time.
 */
public final class LaneRoom {

    // Kafka is asked so often while there is something to relay, and else as often as is needed
    // to know of a lane that is filled past the relay.
    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LOOK_WHEN_IDLE = TimeUnit.SECONDS.toNanos(1);

    private static final Duration CONGESTED_FOR = Duration.ofSeconds(3);

    private final Backlogs backlogs;
    private final Congestion congestion;
    private final LongSupplier nanoTime;
    private final Bounds bounds;
    private final Map<Lane, Seen> seen = new EnumMap<>(Lane.class);
    private boolean hasLooked;
    private long lookedAt;

    /**
     * How much may wait in a lane.
     *
     * @param ahead as much as it delivers in this time, as it was seen to deliver
     * @param least but so many records in any case, or a lane at rest would never begin
     */
    public record Bounds(Duration ahead, int least) {
        public Bounds {
            if (ahead.isNegative() || least < 1) {
                throw new IllegalArgumentException("a lane has room for something");
            }
        }
    }

    /**
     * @param perSecond how many it delivers while it has something to deliver
     */
    private record Seen(long waiting, long delivered, double perSecond) {}

    /**
     * @param nanoTime a monotonic clock
     */
    public LaneRoom(
            Backlogs backlogs, Congestion congestion, LongSupplier nanoTime, Bounds bounds) {
        this.backlogs = backlogs;
        this.congestion = congestion;
        this.nanoTime = nanoTime;
        this.bounds = bounds;
    }

    /**
     * Looks how far the lanes are behind, unless that was done a moment ago, and says which are
     * congested.
     *
     * @param busy whether there is something to relay
     * @return how many records each lane has room for; 0 or more, for every lane
     */
    Map<Lane, Integer> look(boolean busy) {
        long now = nanoTime.getAsLong();
        if (!hasLooked || now - lookedAt >= (busy ? LOOK_EVERY : LOOK_WHEN_IDLE)) {
            look(now);
        }
        var room = new EnumMap<Lane, Integer>(Lane.class);
        for (var lane : Lane.values()) {
            var last = seen.get(lane);
            long waiting = last == null ? 0 : last.waiting();
            room.put(lane, Math.clamp(bound(last) - waiting, 0, Integer.MAX_VALUE));
        }
        return room;
    }

    /** So many more wait in the lane now. */
    void took(Lane lane, int records) {
        seen.computeIfPresent(
                lane,
                (_, last) ->
                        new Seen(last.waiting() + records, last.delivered(), last.perSecond()));
    }

    private void look(long now) {
        var found = backlogs.backlogs();
        var congested = EnumSet.noneOf(Lane.class);
        for (var lane : Lane.values()) {
            var backlog = found.get(lane);
            if (backlog == null) {
                // As little as possible until it is known again.
                seen.remove(lane);
                continue;
            }
            var next = next(seen.get(lane), backlog, now - lookedAt);
            seen.put(lane, next);
            if (next.waiting() > bound(next) / 2) {
                congested.add(lane);
            }
        }
        hasLooked = true;
        lookedAt = now;
        report(congested);
    }

    private void report(Set<Lane> congested) {
        if (!congested.isEmpty()) {
            congestion.report(congested, CONGESTED_FOR);
        }
    }

    /** A lane that had nothing to do says nothing of how fast it is. */
    private static Seen next(@Nullable Seen last, Backlog backlog, long nanos) {
        if (last == null || nanos <= 0) {
            return new Seen(backlog.waiting(), backlog.delivered(), 0);
        }
        double perSecond = Math.max(0, backlog.delivered() - last.delivered()) * 1e9 / nanos;
        boolean wasBusy = backlog.waiting() > 0;
        double kept = wasBusy ? (last.perSecond() + perSecond) / 2 : last.perSecond();
        return new Seen(backlog.waiting(), backlog.delivered(), Math.max(kept, perSecond));
    }

    private long bound(@Nullable Seen last) {
        double ahead = last == null ? 0 : last.perSecond() * bounds.ahead().toMillis() / 1_000;
        return Math.max(bounds.least(), (long) ahead);
    }
}
