package io.herald.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What was broken.
 *
 * @param victims whom it befell, by name
 * @param pairs how often two were harmed at the same time
 * @param rebalances how often partitions were made to move
 * @param providerCalls how the provider ended the calls it got, in words
 * @param took from the first call to the last outcome
 */
public record Damage(
        List<Victim> victims, long pairs, long rebalances, String providerCalls, Duration took) {

    static final Damage NONE = new Damage(List.of(), 0, 0, "", Duration.ZERO);

    public Damage {
        victims = List.copyOf(victims);
    }

    /**
     * A function or server.
     *
     * @param killed how often, with {@code kill -9}
     * @param frozen how often, with SIGSTOP
     * @param atWork how often of these it was at a request, or started for one; a server always is
     */
    public record Victim(String name, long killed, long frozen, long atWork) {

        Victim plus(Victim other) {
            return new Victim(
                    name, killed + other.killed, frozen + other.frozen, atWork + other.atWork);
        }
    }

    /** Processes that were killed or frozen. */
    public long kills() {
        return victims.stream().mapToLong(victim -> victim.killed() + victim.frozen()).sum();
    }
}
