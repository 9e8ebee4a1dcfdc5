package io.herald.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.chaos.ChaosReport;
import io.herald.chaos.Damage;
import io.herald.chaos.Damage.Victim;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosCommandTest {

    @Test
    void what_kept_its_word_is_a_success() {
        assertThat(ChaosCommand.exitCode(report(0, 0, 0, 0, 0, 0))).isEqualTo(ExitCode.OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void any_violation_is_a_failure(int which) {
        var counts = new long[6];
        counts[which] = 1;

        var report = report(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);

        assertThat(ChaosCommand.exitCode(report)).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void a_program_gets_the_counts() {
        var json = ChaosCommand.asJson(report(1, 2, 3, 4, 5, 6));

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "accepted",
                        "delivered",
                        "dead",
                        "unknown",
                        "cancelled",
                        "lost",
                        "duplicates",
                        "unexplainedDuplicates",
                        "sentAfterCancel",
                        "outOfOrder",
                        "kills",
                        "tooEarly",
                        "unexplained",
                        "examples");
        assertThat(json.path("kills").asLong()).isEqualTo(3);
        assertThat(json.path("outOfOrder").asLong()).isEqualTo(4);
    }

    @Test
    void a_person_sees_who_was_harmed_and_how_often() {
        assertThat(ChaosCommand.text(report(0, 0, 0, 0, 0, 0), 7))
                .containsPattern("Postgres +2 +1 +3")
                .contains(
                        "3 killed or frozen, 1 times two at once; 4 rebalances; 2 min 5 s; seed 7");
    }

    private static ChaosReport report(
            long lost,
            long unexplainedDuplicates,
            long sentAfterCancel,
            long outOfOrder,
            long tooEarly,
            long unexplained) {
        return new ChaosReport(
                100,
                90,
                5,
                3,
                2,
                lost,
                7,
                unexplainedDuplicates,
                sentAfterCancel,
                outOfOrder,
                tooEarly,
                unexplained,
                new Damage(
                        List.of(new Victim("Postgres", 2, 1, 3)),
                        1,
                        4,
                        "{ANSWERED=9}",
                        Duration.ofSeconds(125)),
                List.of());
    }
}
