package io.herald.cli;

import io.herald.cli.endtoend.Deployment;
import io.herald.cli.endtoend.EndToEnd;
import io.herald.cli.endtoend.EndToEndReport;
import io.herald.local.LocalSettings;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./herald e2e}: tries a deployment from end to end. */
@Command(
        name = "e2e",
        header = "Try a deployment from end to end.",
        description = {
            "Runs the end-to-end suite, which uses nothing but HTTP and an API key, and says of each"
                    + " scenario whether it passed. Exit code 0 only if all did.",
            "Starts a stack with a state of its own, or tries what is at --url, whatever else is there. Its"
                    + " users, templates and categories have names nobody else has, and are removed at the"
                    + " end; its notifications stay, and templates as archived."
        },
        footer = {
            "  ./herald e2e",
            "  ./herald e2e --isolated",
            "  ./herald e2e --url https://herald.example.com --key hk_... --email me@example.com",
            "  ./herald e2e --json | jq '.[] | select(.outcome != \"passed\")'"
        })
final class EndToEndCommand extends SharedOptions implements Callable<Integer> {
    private final Terminal terminal;
    private final Installation installation;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The API to try, with --key. Default: a stack is started.")
    private @Nullable URI url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "An API key with the scopes send, read and manage.")
    private @Nullable String key;

    @Option(
            names = "--email",
            paramLabel = "ADDRESS",
            description = "Send mail as well, to this address; with --url.")
    private @Nullable String email;

    @Option(
            names = "--webhook",
            paramLabel = "URL",
            description = "Send webhooks as well, to this URL, which answers 2xx; with --url.")
    private @Nullable String webhook;

    @Option(
            names = "--isolated",
            description =
                    "If a stack is started: run every function in JVMs of its own, as `up --isolated` does.")
    private boolean isolated;

    @Option(names = "--json", description = "Print an array of {scenario, outcome, milliseconds}.")
    private boolean json;

    EndToEndCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        var prefix = prefix();
        EndToEndReport report;
        if (url == null && key == null && email == null && webhook == null) {
            report = onOwnStack(prefix);
        } else {
            var deployment = given();
            sayWhatIsNotTried(deployment);
            try (var progress = terminal.progress("Starting")) {
                report = report(deployment, prefix, progress);
            }
        }
        terminal.print(json ? Json.pretty(report.json()) : report.text());
        if (report.isAllPassed()) {
            return ExitCode.OK;
        }
        if (!json) {
            terminal.remark("\nNot all of them passed:\n" + report.failures());
        }
        return ExitCode.FAILED;
    }

    private void sayWhatIsNotTried(Deployment deployment) {
        if (deployment.email().isEmpty()) {
            terminal.remark("Mail is not tried: --email says where it may go.");
        }
        if (deployment.webhook().isEmpty()) {
            terminal.remark("Webhooks are not tried: --webhook says where they may go.");
        }
    }

    private Deployment given() {
        if (url == null || key == null) {
            throw wrong("--url and --key belong together, and --email and --webhook to them.");
        }
        if (url.getHost() == null || !String.valueOf(url.getScheme()).matches("https?")) {
            throw wrong("--url is %s; it must be an http or https URL.".formatted(url));
        }
        if (isolated) {
            throw wrong("--isolated is about a stack that is started here, not one at --url.");
        }
        return new Deployment(url, key, Optional.ofNullable(email), Optional.ofNullable(webhook));
    }

    private RuntimeException wrong(String sentence) {
        return spec == null
                ? new IllegalStateException(sentence)
                : new ParameterException(spec.commandLine(), sentence);
    }

    private EndToEndReport onOwnStack(String prefix) throws Exception {
        Logs.to(installation.work().resolve("logs"), "e2e");
        var own = installation.ownState("e2e");
        var settings = LocalSettings.in(own, installation.binaries());
        try (var progress = terminal.progress("Starting");
                var stack =
                        StartedStack.start(
                                isolated ? settings.inJvmsOfTheirOwn() : settings, progress)) {
            var tenant = new Administration(stack).createTenant(prefix);
            var report =
                    report(
                            new Deployment(
                                    stack.url(),
                                    tenant.key(),
                                    Optional.of("ada@%s.example".formatted(prefix)),
                                    Optional.of(stack.webhookReceiver().toString())),
                            prefix,
                            progress);
            progress.now("Stopping");
            return report;
        } catch (Administration.Refused e) {
            throw CommandException.failed("No tenant could be made: " + e.getMessage(), e);
        } finally {
            Folders.remove(own);
        }
    }

    private static EndToEndReport report(Deployment deployment, String prefix, Progress progress)
            throws InterruptedException {
        return new EndToEndReport(new EndToEnd(deployment, prefix).run(progress));
    }

    private static String prefix() {
        var random = new byte[6];
        new SecureRandom().nextBytes(random);
        return "e2e-" + HexFormat.of().formatHex(random);
    }
}
