package io.herald.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SimulationTest {

    private static final long FIRST = Long.getLong("herald.simulation.seed", 1);
    private static final int COUNT = Integer.getInteger("herald.simulation.count", 4_000);
    private static final Protocol UNBROKEN = new Protocol();

    @Test
    void the_invariants_hold() throws InterruptedException {
        hold(FIRST, COUNT, Duration.ofHours(1));
    }

    @Test
    @Tag("slow")
    void the_invariants_hold_for_many_more() throws InterruptedException {
        hold(FIRST + COUNT, 100_000, Duration.ofMinutes(2));
    }

    private static void hold(long first, int count, Duration time) throws InterruptedException {
        var broken = new ArrayList<Long>();
        Schedules.run(
                first,
                count,
                time,
                UNBROKEN,
                (seed, report) -> {
                    if (!report.violations().isEmpty()) {
                        broken.add(seed);
                    }
                    return broken.isEmpty();
                });
        if (!broken.isEmpty()) {
            fail(Simulation.explain(broken.getFirst(), UNBROKEN));
        }
    }

    @Test
    void a_seed_does_the_same_again_and_whether_it_is_told_or_not() throws InterruptedException {
        Schedules.run(
                FIRST,
                300,
                Duration.ofHours(1),
                UNBROKEN,
                (seed, report) -> {
                    var one = Simulation.run(seed, UNBROKEN, true);
                    var other = Simulation.run(seed, UNBROKEN, true);
                    assertThat(one.trace()).isNotEmpty().isEqualTo(other.trace());
                    assertThat(one.steps()).isEqualTo(report.steps());
                    return true;
                });
    }

    @Test
    void whatever_may_go_wrong_does() throws InterruptedException {
        var wanted =
                new ArrayList<>(
                        List.of(
                                "is killed before",
                                "is killed after",
                                "stands still",
                                "not done: the store is out of reach",
                                "done, and unheard of: the store is out of reach",
                                "finds Kafka down",
                                "given to another",
                                "Unavailable",
                                "answers Replayed",
                                "gives Rejected",
                                "gives Retryable",
                                "gives Lost",
                                " REFUSED FAILED",
                                " DEFERRED RETRYING",
                                " LOST RETRYING",
                                " LOST UNKNOWN",
                                " RELEASED PENDING",
                                "attempt 3",
                                "(lease_lapsed)",
                                "(late_outcome)",
                                "DueWork.watch",
                                " SCHEDULED SCHEDULED",
                                " RESCHEDULED SCHEDULED",
                                " CANCELLED CANCELLED",
                                " CANCELLED UNKNOWN",
                                " EXPIRED EXPIRED",
                                "its cancel: Done",
                                "its cancel: Refused",
                                "its reschedule: Refused",
                                "DueWork.republish",
                                "Progress[found=1"));

        Schedules.run(
                1,
                COUNT,
                Duration.ofHours(1),
                UNBROKEN,
                (seed, _) -> {
                    var trace = String.join("\n", Simulation.run(seed, UNBROKEN, true).trace());
                    wanted.removeIf(trace::contains);
                    return !wanted.isEmpty();
                });

        assertThat(wanted).isEmpty();
    }
}
