package io.herald.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that asks the administration function of a stack that runs. */
abstract class OnRunningStack extends SharedOptions implements Callable<Integer> {
    protected final Terminal terminal;
    private final Installation installation;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The state folder of the stack. Default: .herald/state")
    private @Nullable Path state;

    @Option(names = "--json", description = "Print JSON.")
    protected boolean json;

    OnRunningStack(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws InterruptedException {
        var folder = state == null ? installation.defaultState() : state.toAbsolutePath();
        Logs.to(installation.work().resolve("logs"), "administration");
        try (var _ = terminal.progress("Asking the stack");
                var stack =
                        RunningStack.find(folder)
                                .orElseThrow(() ->
                                        CommandException.lacking(
                                                "No stack runs with its state in "
                                                        + folder
                                                        + ". Start one: ./herald up"))) {
            ask(new Administration(stack));
            return ExitCode.OK;
        } catch (Administration.Refused e) {
            throw CommandException.failed("Refused: " + e.getMessage() + ".", e);
        }
    }

    protected abstract void ask(Administration administration)
            throws Administration.Refused, InterruptedException;
}
