package io.herald.contract;

import io.herald.notification.Lane;
import io.herald.outbox.Backlogs;
import io.herald.outbox.Congestion;
import io.herald.outbox.LaneRoom;
import io.herald.outbox.LaneShares;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lanes that have nothing before them, and room for all there is. */
public final class QuietLanes implements Congestion, Backlogs {

    /** What nobody reaches in a test that is not about it. */
    public static LaneShares shares(Clock clock) {
        return new LaneShares(
                new LaneShares.Share(1_000_000_000, Duration.ofDays(1), 1),
                clock,
                System::nanoTime);
    }

    /** Room for all. */
    public static LaneRoom room() {
        var lanes = new QuietLanes();
        return new LaneRoom(
                lanes,
                lanes,
                System::nanoTime,
                new LaneRoom.Bounds(Duration.ofSeconds(2), Integer.MAX_VALUE));
    }

    @Override
    public Set<Lane> congested() {
        return Set.of();
    }

    @Override
    public void report(Set<Lane> lanes, Duration lasting) {}

    @Override
    public Map<Lane, Backlog> backlogs() {
        return Arrays.stream(Lane.values())
                .collect(Collectors.toMap(Function.identity(), _ -> new Backlog(0, 0)));
    }
}
