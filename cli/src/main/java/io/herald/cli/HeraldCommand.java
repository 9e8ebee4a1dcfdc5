package io.herald.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code ./herald} itself, which does nothing without a command. */
@Command(
        name = "./herald",
        subcommands = HelpCommand.class,
        header = "Herald delivers notifications; this runs it on one machine.",
        description = "Start with the demo.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "  ./herald demo          see it work, from one call to a delivered mail",
            "  ./herald test          run the whole suite",
            "  ./herald up            run it, and call it yourself",
            "  ./herald e2e           try a deployment from end to end",
            "  ./herald bench         see how fast it is on this machine",
            "  ./herald help tenant   what a command does"
        })
final class HeraldCommand extends SharedOptions implements Runnable {
    @Spec private picocli.CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description =
                    "Show the stack trace of what went wrong, as the variable HERALD_DEBUG=1 does.")
    private boolean verbose;

    boolean verbose() {
        return verbose || System.getenv("HERALD_DEBUG") != null;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Which command?");
        }
    }
}
