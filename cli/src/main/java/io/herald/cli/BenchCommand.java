package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.bench.Backlog;
import io.herald.bench.Bench;
import io.herald.bench.BenchException;
import io.herald.bench.BenchSettings;
import io.herald.bench.Benchmark;
import io.herald.bench.Measurement;
import io.herald.local.LocalSettings;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./herald bench}: how fast it is on this machine. */
@Command(
        name = "bench",
        header = "See how fast it is on this machine.",
        description = {
            "Starts a stack with a state of its own, calls it over HTTP, and prints one table: each"
                    + " figure beside the raw limit of the same servers, taken in the same run. Commits are"
                    + " durable (fsync on). At the end the database is asked whether what was answered"
                    + " is there. Takes about two and a half minutes.",
            "accepted: batches of 1,000, delivery stopped; the raw limit is binary COPY of the same rows.",
            "sent: accepted to SENT, with a provider that answers at once; the raw limit is a loop of"
                    + " the same COPY, produce, consume and two appends.",
            "post: one message a call, 500 a second on a clock, counted from when each was due; the raw"
                    + " limit is the transaction and the publishing of one row.",
            "With --backlog, instead: a campaign of so many notifications, first submitted while Kafka is"
                    + " away and drained afterwards, then submitted as fast as it is accepted. Meanwhile"
                    + " another tenant mails ten persons a second on the same lane, each timed from its call"
                    + " to its SENT; beside it stands the same with nobody else.",
            "Whatever else runs on the machine makes figures smaller, and both sides of a row alike."
        },
        footer = {
            "  ./herald bench",
            "  ./herald bench --seconds 30",
            "  ./herald bench --backlog 1000000",
            "  ./herald bench --json | jq '.[] | select(.name == \"accepted\") | .value'"
        })
final class BenchCommand extends SharedOptions implements Callable<Integer> {
    private static final int MAX_SECONDS = 600;
    private static final long MIN_BACKLOG = 1_000;
    private static final long MAX_BACKLOG = 10_000_000;

    private final Terminal terminal;
    private final Installation installation;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description =
                    "How long each figure is measured, and its raw limit as long again, 1 to 600."
                            + " Default: 15")
    private int seconds = 15;

    @Option(
            names = "--backlog",
            paramLabel = "NOTIFICATIONS",
            description =
                    "Measure what a campaign of so many costs itself and others, 1,000 to 10,000,000.")
    private @Nullable Long backlog;

    @Option(
            names = "--json",
            description =
                    "Print an array of {name, value, unit, rawLimit, ratio}; post has three rows.")
    private boolean json;

    BenchCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        if (spec != null && (seconds < 1 || seconds > MAX_SECONDS)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seconds is %d; it must be from 1 to %d.".formatted(seconds, MAX_SECONDS));
        }
        if (spec != null && backlog != null && (backlog < MIN_BACKLOG || backlog > MAX_BACKLOG)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--backlog is %d; it must be from %d to %d."
                            .formatted(backlog, MIN_BACKLOG, MAX_BACKLOG));
        }
        Logs.to(installation.work().resolve("logs"), "bench");
        var own = installation.ownState("bench");
        var settings = BenchSettings.lasting(Duration.ofSeconds(seconds));
        Benchmark bench = backlog == null ? new Bench(settings) : new Backlog(settings, backlog);
        var machine = machine();
        List<Measurement> measurements;
        try (var progress = terminal.progress("Starting");
                var stack =
                        StartedStack.start(
                                bench.on(LocalSettings.in(own, installation.binaries())),
                                progress)) {
            measurements = bench.run(stack.cloud(), progress::now);
            progress.now("Stopping");
        } catch (BenchException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()), e);
        } finally {
            Folders.remove(own);
        }
        terminal.print(json ? Json.pretty(asJson(measurements)) : text(measurements));
        if (!json) {
            terminal.print("\n" + machine);
        }
        return ExitCode.OK;
    }

    /** What else ran when it began says how much the figures are worth. */
    private static String machine() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                "%d processors, load average %.1f before the start; fsync on.",
                system.getAvailableProcessors(),
                system.getSystemLoadAverage());
    }

    private static String text(List<Measurement> measurements) {
        var table = new Table("name", "value", "unit", "raw limit", "ratio");
        for (var row : measurements) {
            table.row(
                    row.name(),
                    rounded(row.value()).toPlainString(),
                    row.unit(),
                    rounded(row.rawLimit()).toPlainString(),
                    ratio(row).toPlainString());
        }
        return table.text("");
    }

    static JsonNode asJson(List<Measurement> measurements) {
        var array = JsonNodeFactory.instance.arrayNode();
        for (var row : measurements) {
            array.addObject()
                    .put("name", row.name())
                    .put("value", rounded(row.value()))
                    .put("unit", row.unit())
                    .put("rawLimit", rounded(row.rawLimit()))
                    .put("ratio", ratio(row));
        }
        return array;
    }

    /** Three digits say all there is to say; of a rate all before the point are shown. */
    private static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(value).setScale(value < 100 ? 2 : 0, RoundingMode.HALF_UP);
    }

    private static BigDecimal ratio(Measurement row) {
        return BigDecimal.valueOf(row.ratio()).setScale(2, RoundingMode.HALF_UP);
    }
}
