package io.herald.cli;

import io.herald.local.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./herald up}: runs a stack until it is told to end. */
@Command(
        name = "up",
        header = "Run the whole of Herald on this machine.",
        description = {
            "Starts Postgres, Kafka, Redis and a mail server, migrates the database, and starts gateway,"
                    + " pollers and ticker. Prints the URL, an API key and a call to paste.",
            "Runs until Ctrl-C or SIGTERM, which is a good end: exit code 0. Listens on loopback only. The"
                    + " state survives a restart."
        },
        footer = {
            "  ./herald up",
            "  ./herald up --port 9090 --state /tmp/second",
            "  ./herald up --fresh                  throw the state away first",
            "  ./herald up --isolated               as it runs on Lambda"
        })
final class UpCommand extends SharedOptions implements Callable<Integer> {
    private final Terminal terminal;
    private final Installation installation;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where the gateway listens; 0 for any free port. Default: 8080")
    private int port = 8080;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the state is kept. Default: .herald/state")
    private @Nullable Path state;

    @Option(names = "--fresh", description = "Throw the state away first.")
    private boolean fresh;

    @Option(
            names = "--api-environments",
            paramLabel = "N",
            description =
                    "How many calls of the API are worked on at the same time. Default: as in the catalog")
    private @Nullable Integer apiEnvironments;

    @Option(
            names = "--isolated",
            description = {
                "Run every function from the built zip in JVMs of its own, as Lambda does: killed at its"
                        + " timeout and beyond its memory, replaced after a crash. Linux only; takes some 20 s"
                        + " and 2 GB more. What a function prints is in logs/<function>.log."
            })
    private boolean isolated;

    @Option(
            names = "--stand-in",
            description = {
                "Send mail to a stand-in provider, which can be told to fail and sends receipts, and not to the"
                        + " mail server. HERALD_EMAIL_PROVIDER_URL in stack.json says where it is; below it"
                        + " are /control/faults, /control/record and /control/counts."
            })
    private boolean standIn;

    UpCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws InterruptedException {
        check("--port", port, 0, 65_535);
        if (apiEnvironments != null) {
            check("--api-environments", apiEnvironments, 1, 1_000);
        }
        var folder = state == null ? installation.defaultState() : state.toAbsolutePath();
        Logs.to(folder.resolve("logs"), "herald");
        try (var stack = start(folder)) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException _) {
                terminal.remark("Stopping.");
            }
            try (var _ = terminal.progress("Stopping")) {
                stack.close();
            }
        }
        terminal.remark("Stopped.");
        return ExitCode.OK;
    }

    private Stack start(Path folder) throws InterruptedException {
        var settings = LocalSettings.in(folder, installation.binaries()).withPort(port);
        if (fresh) {
            settings = settings.startingFresh();
        }
        if (apiEnvironments != null) {
            settings = settings.withConcurrency("api", apiEnvironments);
        }
        if (isolated) {
            settings = settings.inJvmsOfTheirOwn();
        }
        if (standIn) {
            settings = settings.withStandInProvider();
        }
        StartedStack stack;
        String key;
        try (var progress = terminal.progress("Starting")) {
            stack = StartedStack.start(settings, progress);
            try {
                progress.now("Making the tenant local");
                key = new LocalTenant(stack, folder).ensure();
            } catch (IOException e) {
                stack.close();
                throw CommandException.lacking(
                        "The key of the tenant local cannot be kept in %s (%s)."
                                .formatted(folder, e.getMessage()),
                        e);
            } catch (InterruptedException | RuntimeException e) {
                stack.close();
                throw e;
            }
        }
        stack.cloud()
                .servers()
                .onEndByItself(words ->
                        terminal.remark(
                                words
                                        + "\nWhat was accepted is kept. Stop this one, mend what is wrong there, and"
                                        + " start it again: it goes on from here."));
        terminal.print(
                """
                Herald is running.

                  URL       %s
                  API key   %s
                  Mail      %s
                  Webhooks  %s
                  Log       %s

                To tell a first person, paste this into another terminal:

                %s

                Ctrl-C stops it.\
                """
                        .formatted(
                                stack.url(),
                                key,
                                standIn
                                        ? folder.resolve("provider/record.ndjson")
                                        : stack.mailbox().folder(),
                                stack.webhooks().folder(),
                                folder.resolve("logs/herald.log"),
                                LocalTenant.curl(stack, key)));
        return stack;
    }

    private void check(String option, int value, int least, int most) {
        if ((value < least || value > most) && spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s is %d, and must be %d to %d.".formatted(option, value, least, most));
        }
    }
}
