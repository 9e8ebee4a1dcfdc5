package io.herald.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.local.LocalCloud;
import io.herald.local.LocalSettings;
import io.herald.servers.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class BenchTest {

    // Says nothing about speed: whatever else runs beside would decide it. That what was answered
    // is in the database the bench checks itself, and throws if it is not.
    @Test
    void a_small_run_measures_all_three_and_finds_stored_and_sent_what_was_answered(
            @TempDir Path state) throws Exception {
        var bench = new Bench(new BenchSettings(Duration.ofMillis(600), 1, 20, 40, 50));
        var settings = LocalSettings.in(state, SharedServers.binaries());

        List<Measurement> rows;
        try (var cloud = LocalCloud.start(bench.on(settings))) {
            cloud.awaitReady(Duration.ofSeconds(60));
            rows = bench.run(cloud, _ -> {});
        }

        assertThat(rows)
                .extracting(row -> row.name() + ", " + row.unit())
                .containsExactly(
                        "accepted, notifications/s",
                        "sent, notifications/s",
                        "post, ms P50",
                        "post, ms P95",
                        "post, ms P99");
        assertThat(rows)
                .allSatisfy(row -> {
                    assertThat(row.value()).isPositive().isFinite();
                    assertThat(row.rawLimit()).isPositive().isFinite();
                    assertThat(row.ratio()).isEqualTo(row.value() / row.rawLimit());
                });
    }

    @Test
    void a_small_backlog_is_all_sent_and_the_other_tenant_s_mail_is_timed(@TempDir Path state)
            throws Exception {
        var backlog = new Backlog(new BenchSettings(Duration.ofMillis(600), 1, 20, 40, 50), 1_000);
        var settings = LocalSettings.in(state, SharedServers.binaries());

        List<Measurement> rows;
        try (var cloud = LocalCloud.start(backlog.on(settings))) {
            cloud.awaitReady(Duration.ofSeconds(60));
            rows = backlog.run(cloud, _ -> {});
        }

        assertThat(rows)
                .extracting(row -> row.name() + ", " + row.unit())
                .containsExactly(
                        "away accepted, notifications/s",
                        "away drained, notifications/s",
                        "away other, ms P50",
                        "away other, ms P95",
                        "away other, ms P99",
                        "away other, ms max",
                        "flood sent, notifications/s",
                        "flood other, ms P50",
                        "flood other, ms P95",
                        "flood other, ms P99",
                        "flood other, ms max");
        assertThat(rows)
                .allSatisfy(row -> {
                    assertThat(row.value()).isPositive().isFinite();
                    assertThat(row.rawLimit()).isPositive().isFinite();
                });
    }

    @Test
    void a_call_that_waits_for_a_slow_one_counts_from_when_it_was_due() throws Exception {
        var calls = new AtomicInteger();
        // One caller: the first call holds up those that are due in the 200 ms after it.
        Load.Caller caller =
                () -> {
                    if (calls.getAndIncrement() == 0) {
                        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
                    }
                    return 1;
                };

        var latencies = Load.onSchedule(List.of(caller), 100, Duration.ofMillis(200));

        assertThat(latencies).hasSize(20).isSorted();
        assertThat(latencies[10]).isGreaterThan(Duration.ofMillis(50).toNanos());
    }

    @Test
    void a_percentile_is_the_least_value_that_so_many_do_not_exceed() {
        var sorted =
                Stream.iterate(1L, value -> value + 1)
                        .limit(200)
                        .mapToLong(value -> value)
                        .toArray();

        assertThat(Rounds.percentile(sorted, 50)).isEqualTo(100);
        assertThat(Rounds.percentile(sorted, 95)).isEqualTo(190);
        assertThat(Rounds.percentile(sorted, 99)).isEqualTo(198);
        assertThat(Rounds.percentile(new long[] {7}, 50)).isEqualTo(7);
    }
}
