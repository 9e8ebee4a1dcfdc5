package io.herald.cli;

import io.herald.cli.demo.Demo;
import io.herald.cli.demo.DemoReport;
import io.herald.local.LocalSettings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./herald demo}: sees one message through to all it reaches. */
@Command(
        name = "demo",
        header = "See it work: one call, one person told three ways.",
        description = {
            "Makes a tenant, a user and a template, sends one message to email, inbox and webhook,"
                    + " follows each until it is delivered, and prints what arrived and each timeline.",
            "Uses the stack that runs. If none does, starts one with a state of its own and stops it afterwards."
        },
        footer = {"  ./herald demo", "  ./herald demo --json"})
final class DemoCommand extends SharedOptions implements Callable<Integer> {
    private final Terminal terminal;
    private final Installation installation;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The state folder of the stack to use. Default: .herald/state")
    private @Nullable Path state;

    @Option(names = "--json", description = "Print what arrived as JSON.")
    private boolean json;

    @Option(
            names = "--isolated",
            description =
                    "If a stack is started: run every function in JVMs of its own, as `up --isolated` does.")
    private boolean isolated;

    DemoCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        var folder = state == null ? installation.defaultState() : state.toAbsolutePath();
        Logs.to(installation.work().resolve("logs"), "demo");
        var own = installation.ownState("demo");
        DemoReport report;
        try (var progress = terminal.progress("Looking for a stack")) {
            var running = RunningStack.find(folder);
            try (var stack =
                    running.isPresent()
                            ? running.get()
                            : StartedStack.start(settings(own), progress)) {
                report = new Demo(stack, progress, name()).run();
                progress.now("Stopping");
            } catch (Administration.Refused e) {
                throw CommandException.failed("No tenant could be made: " + e.getMessage(), e);
            }
        } finally {
            Folders.remove(own);
        }
        terminal.print(json ? Json.pretty(report.json()) : report.text());
        if (report.missing().isEmpty()) {
            if (!json) {
                terminal.print("\nAll three were delivered.");
            }
            return ExitCode.OK;
        }
        terminal.remark("\nNot all of it happened:");
        report.missing().forEach(what -> terminal.remark("  " + what));
        return ExitCode.FAILED;
    }

    private LocalSettings settings(Path folder) {
        var settings = LocalSettings.in(folder, installation.binaries());
        return isolated ? settings.inJvmsOfTheirOwn() : settings;
    }

    private static String name() {
        return "demo-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    }
}
