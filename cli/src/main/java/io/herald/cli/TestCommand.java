package io.herald.cli;

import io.herald.cli.suite.MavenRun;
import io.herald.cli.suite.SecondBuild;
import io.herald.cli.suite.TestReports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./herald test}: the whole suite. */
@Command(
        name = "test",
        header = "Run the whole suite.",
        description = {
            "Does what `mvn verify` under a JDK 25 does, on free ports and with a state folder of its own,"
                    + " so it may run while ./herald up runs. The last line is"
                    + " `N passed, N failed, N skipped`.",
            "What needs Node or Python and finds none is skipped and printed as NOT RUN."
        },
        footer = {
            "  ./herald test         the suite",
            "  ./herald test --all   with the slow parts; a skipped test is a failure"
        })
final class TestCommand extends SharedOptions implements Callable<Integer> {
    private final Terminal terminal;
    private final Installation installation;

    @Option(
            names = "--all",
            description =
                    "Add the slow parts, build the zip twice and compare; fail when a test is skipped.")
    private boolean all;

    TestCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        TestReports.clear(installation.root());
        var arguments = new ArrayList<>(List.of("verify", "--fail-at-end"));
        if (all) {
            arguments.add("-Pall");
        }
        var maven =
                new MavenRun(
                        installation.root(),
                        installation.work().resolve("logs/test.log"),
                        arguments);
        var problems = new ArrayList<String>();
        boolean succeeded;
        Duration elapsed;
        try (var progress = terminal.progress("Starting Maven")) {
            succeeded = maven.run(progress::now);
            if (all && succeeded) {
                var difference =
                        new SecondBuild(
                                        installation.root(),
                                        installation.work().resolve("second-build"),
                                        installation.work().resolve("logs/second-build.log"))
                                .difference(progress::now);
                if (!difference.isEmpty()) {
                    problems.add(difference);
                }
            }
            elapsed = progress.elapsed();
        }
        var reports = TestReports.read(installation.root());
        if (!succeeded && reports.failures().isEmpty()) {
            problems.add("Maven failed, and not for a test:");
            maven.errors().stream().distinct().limit(40).forEach(problems::add);
        }
        if (!succeeded) {
            problems.add("The whole log: " + maven.log());
        }
        if (succeeded && reports.passed() == 0) {
            problems.add("No test ran.");
        }
        if (all && !reports.skips().isEmpty()) {
            problems.add("With --all a skipped test is a failure.");
        }
        report(reports, problems, elapsed);
        return problems.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private void report(TestReports reports, List<String> problems, Duration elapsed) {
        for (var failure : reports.failures()) {
            terminal.print("FAILED   " + failure.test() + "\n" + failure.summary() + "\n");
        }
        for (var skip : reports.skips()) {
            var reason = skip.reason().isEmpty() ? "" : ": " + skip.reason();
            terminal.print("NOT RUN  " + skip.test() + reason);
        }
        problems.forEach(terminal::print);
        terminal.print(
                String.format(Locale.ROOT, "Took %.1f minutes.", elapsed.toMillis() / 60_000.0));
        terminal.print(
                "%d passed, %d failed, %d skipped"
                        .formatted(
                                reports.passed(),
                                reports.failures().size(),
                                reports.skips().size()));
    }
}
