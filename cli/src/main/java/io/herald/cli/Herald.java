package io.herald.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Where {@code ./herald} begins and ends. */
public final class Herald {
    private Herald() {}

    /**
     * Runs a command and ends the process with one of {@link ExitCode}.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        var signals = Signals.interruptThisThread();
        var terminal = Terminal.ofProcess();
        var code =
                commandLine(terminal, Installation.ofProcess(), signals::received)
                        .execute(arguments);
        signals.exit(code);
    }

    /** Tells whether the process was told to end, by Ctrl-C or SIGTERM. */
    @FunctionalInterface
    interface Ending {
        boolean asked();
    }

    static CommandLine commandLine(Terminal terminal, Installation installation, Ending ending) {
        var herald = new HeraldCommand();
        var tenant =
                new CommandLine(new TenantCommand())
                        .addSubcommand(new TenantCommand.Create(terminal, installation))
                        .addSubcommand(new TenantCommand.Show(terminal, installation))
                        .addSubcommand(new TenantCommand.Listing(terminal, installation));
        var key =
                new CommandLine(new KeyCommand())
                        .addSubcommand(new KeyCommand.Create(terminal, installation))
                        .addSubcommand(new KeyCommand.Listing(terminal, installation))
                        .addSubcommand(new KeyCommand.Revoke(terminal, installation));
        var deadLetters =
                new CommandLine(new DeadLettersCommand())
                        .addSubcommand(new DeadLettersCommand.Listing(terminal, installation))
                        .addSubcommand(new DeadLettersCommand.Discard(terminal, installation));
        return new CommandLine(herald)
                .addSubcommand(new DemoCommand(terminal, installation))
                .addSubcommand(new UpCommand(terminal, installation))
                .addSubcommand(new TestCommand(terminal, installation))
                .addSubcommand(new EndToEndCommand(terminal, installation))
                .addSubcommand(new BenchCommand(terminal, installation))
                .addSubcommand(deadLetters)
                .addSubcommand(new ChaosCommand(terminal, installation))
                .addSubcommand(tenant)
                .addSubcommand(key)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((problem, _) -> wrongUsage(problem, terminal))
                .setExecutionExceptionHandler(
                        (problem, _, _) -> failed(problem, terminal, herald.verbose(), ending));
    }

    private static int wrongUsage(ParameterException problem, Terminal terminal) {
        var command = problem.getCommandLine();
        terminal.remark(String.valueOf(problem.getMessage()));
        CommandLine.UnmatchedArgumentException.printSuggestions(problem, command.getErr());
        var name = command.getCommandSpec().qualifiedName();
        terminal.remark("See: " + name + " --help");
        return ExitCode.USAGE;
    }

    private static int failed(
            Exception problem, Terminal terminal, boolean verbose, Ending ending) {
        if (ending.asked() || problem instanceof InterruptedException) {
            return ExitCode.INTERRUPTED;
        }
        if (verbose) {
            problem.printStackTrace();
        }
        return switch (problem) {
            case CommandException known -> {
                terminal.remark(String.valueOf(known.getMessage()));
                yield known.exitCode();
            }
            case Exception unknown -> {
                terminal.remark(
                        "This should not have happened: "
                                + unknown
                                + "\nWith --verbose it says where.");
                yield ExitCode.FAILED;
            }
        };
    }
}
