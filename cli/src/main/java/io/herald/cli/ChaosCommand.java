package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.bench.BenchException;
import io.herald.chaos.Chaos;
import io.herald.chaos.ChaosReport;
import io.herald.chaos.ChaosSettings;
import io.herald.local.LocalSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./herald chaos}: breaks it, and sees whether it kept its word. */
@Command(
        name = "chaos",
        header = "Kill its processes under load, and see whether it kept its word.",
        description = {
            "Starts a stack with a state of its own, every function in processes of its own, and a"
                    + " provider of mail and webhooks that hangs, throttles, fails and cuts connections."
                    + " While messages are submitted, scheduled, cancelled and rescheduled over HTTP,"
                    + " processes are killed (kill -9) and frozen (SIGSTOP), alone and in pairs: the API,"
                    + " deliveries in the middle of a batch, the callbacks, the ticker, Postgres, Kafka,"
                    + " Redis; and Kafka's partitions are made to move.",
            "Then the provider's own record is held against what was answered 202. Exits with 1 when"
                    + " something was lost, sent twice without a lost answer before, sent after a confirmed"
                    + " cancel, or out of order.",
            "The seed chooses whom to kill, when, and what is sent; what the machine then does is not"
                    + " repeated exactly."
        },
        footer = {
            "  ./herald chaos",
            "  ./herald chaos --kills 300 --notifications 200000 --minutes 40",
            "  ./herald chaos --seed 7 --json"
        })
final class ChaosCommand extends SharedOptions implements Callable<Integer> {
    private final Terminal terminal;
    private final Installation installation;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--kills",
            paramLabel = "N",
            description = "How many times a process is killed or frozen. Default: 20")
    private int kills = 20;

    @Option(
            names = "--notifications",
            paramLabel = "M",
            description = "How many are submitted. Default: 10000")
    private int notifications = 10_000;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Chooses what happens. Default: another each time")
    private long seed = new SecureRandom().nextInt(1_000_000);

    @Option(
            names = "--minutes",
            paramLabel = "T",
            description =
                    "When to stop submitting and killing, if it was not enough by then. Default: 10")
    private int minutes = 10;

    @Option(names = "--json", description = "Print one object with the counts.")
    private boolean json;

    ChaosCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        if (spec != null && (kills < 0 || notifications < 1 || minutes < 1)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--kills is 0 or more, --notifications and --minutes are 1 or more.");
        }
        Logs.to(installation.work().resolve("logs"), "chaos");
        var own = installation.ownState("chaos");
        var chaos =
                new Chaos(
                        new ChaosSettings(kills, notifications, seed, Duration.ofMinutes(minutes)));
        ChaosReport report;
        try (var progress = terminal.progress("Starting");
                var stack =
                        StartedStack.start(
                                chaos.on(LocalSettings.in(own, installation.binaries())),
                                progress)) {
            report = chaos.run(stack.cloud(), progress::now);
            progress.now("Stopping");
        } catch (BenchException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()), e);
        } finally {
            Folders.remove(own);
        }
        terminal.print(json ? Json.pretty(asJson(report)) : text(report, seed));
        return exitCode(report);
    }

    static int exitCode(ChaosReport report) {
        return report.violations() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    static String text(ChaosReport report, long seed) {
        var table = new Table("what", "count", "must be");
        table.row("accepted", count(report.accepted()), "");
        table.row("delivered", count(report.delivered()), "");
        table.row("dead, with a cause", count(report.dead()), "");
        table.row("unknown", count(report.unknown()), "");
        table.row("cancelled", count(report.cancelled()), "");
        table.row("lost", count(report.lost()), "0");
        table.row("handed over more than once", count(report.duplicates()), "");
        table.row("of these unexplained", count(report.unexplainedDuplicates()), "0");
        table.row("sent after a confirmed cancel", count(report.sentAfterCancel()), "0");
        table.row("out of order", count(report.outOfOrder()), "0");
        table.row("sent before its time", count(report.tooEarly()), "0");
        table.row("not borne out by the record", count(report.unexplained()), "0");
        var damage = report.damage();
        var victims = new Table("harmed", "killed", "frozen", "of these at work");
        damage.victims()
                .forEach(victim ->
                        victims.row(
                                victim.name(),
                                count(victim.killed()),
                                count(victim.frozen()),
                                count(victim.atWork())));
        var text =
                new StringBuilder(table.text(""))
                        .append("\n\n")
                        .append(victims.text(""))
                        .append(
                                "\n\n%d killed or frozen, %d times two at once; %d rebalances; %s; seed %d\n"
                                        .formatted(
                                                damage.kills(),
                                                damage.pairs(),
                                                damage.rebalances(),
                                                inWords(damage.took()),
                                                seed))
                        .append("the provider's calls: ")
                        .append(damage.providerCalls())
                        .append('\n');
        report.examples().forEach(example -> text.append('\n').append(example));
        return text.toString();
    }

    private static String inWords(Duration took) {
        return "%d min %d s".formatted(took.toMinutes(), took.toSecondsPart());
    }

    private static String count(long value) {
        return "%,d".formatted(value);
    }

    static JsonNode asJson(ChaosReport report) {
        var object =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("accepted", report.accepted())
                        .put("delivered", report.delivered())
                        .put("dead", report.dead())
                        .put("unknown", report.unknown())
                        .put("cancelled", report.cancelled())
                        .put("lost", report.lost())
                        .put("duplicates", report.duplicates())
                        .put("unexplainedDuplicates", report.unexplainedDuplicates())
                        .put("sentAfterCancel", report.sentAfterCancel())
                        .put("outOfOrder", report.outOfOrder())
                        .put("kills", report.damage().kills())
                        .put("tooEarly", report.tooEarly())
                        .put("unexplained", report.unexplained());
        var examples = object.putArray("examples");
        report.examples().forEach(examples::add);
        return object;
    }
}
