package io.herald.outbox;

import io.herald.notification.Lane;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Lanes that have before them what a test says, and what was reported of them. */
final class SetLanes implements Backlogs, Congestion {
    private final Map<Lane, Backlog> backlogs = new EnumMap<>(Lane.class);
    private final Set<Lane> congested = EnumSet.noneOf(Lane.class);
    private long nanos;
    private int looks;

    LaneRoom room(Duration ahead, int least) {
        return new LaneRoom(this, this, () -> nanos, new LaneRoom.Bounds(ahead, least));
    }

    void backlog(Lane lane, long waiting, long delivered) {
        backlogs.put(lane, new Backlog(waiting, delivered));
    }

    void unknown() {
        backlogs.clear();
    }

    void pass(Duration time) {
        nanos += time.toNanos();
        congested.clear();
    }

    int looks() {
        return looks;
    }

    @Override
    public Map<Lane, Backlog> backlogs() {
        looks++;
        return Map.copyOf(backlogs);
    }

    @Override
    public Set<Lane> congested() {
        return congested;
    }

    @Override
    public void report(Set<Lane> lanes, Duration lasting) {
        congested.addAll(lanes);
    }
}
