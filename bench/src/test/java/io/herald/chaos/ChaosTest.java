package io.herald.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.local.LocalCloud;
import io.herald.local.LocalSettings;
import io.herald.servers.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** It keeps its word while its processes are killed. */
@EnabledOnOs(
        value = OS.LINUX,
        disabledReason =
                "Functions in processes of their own need AWS's runtime interface client, whose native part"
                        + " is there for Linux only.")
class ChaosTest {

    // Kept when it fails, with what every function and server has logged.
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path state;

    @Test
    void ten_kills_break_no_promise() throws Exception {
        assertThatNoPromiseIsBroken(new ChaosSettings(10, 3_000, 7, Duration.ofMinutes(3)));
    }

    @Test
    @Tag("slow")
    void forty_kills_break_no_promise() throws Exception {
        assertThatNoPromiseIsBroken(new ChaosSettings(40, 20_000, 8, Duration.ofMinutes(6)));
    }

    private void assertThatNoPromiseIsBroken(ChaosSettings settings) throws Exception {
        var chaos = new Chaos(settings);
        ChaosReport report;
        try (var cloud =
                LocalCloud.start(chaos.on(LocalSettings.in(state, SharedServers.binaries())))) {
            cloud.awaitReady(Duration.ofMinutes(2));
            report = chaos.run(cloud, _ -> {});
        }

        assertThat(report.violations())
                .as(() ->
                        "%s%n%s%nlogs: %s"
                                .formatted(
                                        String.join("\n", report.examples()),
                                        report,
                                        state.resolve("logs")))
                .isZero();
        assertThat(report.delivered()).isPositive();
        assertThat(report.damage().kills()).isPositive();
    }
}
