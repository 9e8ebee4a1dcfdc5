package io.herald.cli;

import io.herald.catalog.Catalog;
import io.herald.local.LocalCloudException;
import io.herald.local.StackFile;
import io.herald.local.lambda.FunctionEnvironments;
import io.herald.local.lambda.HandlerFactory;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.outside.Mailbox;
import io.herald.local.outside.WebhookInbox;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** A stack that another process runs. */
final class RunningStack implements Stack {
    private final StackFile file;

    private RunningStack(StackFile file) {
        this.file = file;
    }

    /** The stack that runs on a state folder; empty when none does. */
    static Optional<Stack> find(Path state) {
        try {
            return StackFile.find(state).map(RunningStack::new);
        } catch (LocalCloudException e) {
            throw CommandException.lacking(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public URI url() {
        return file.url();
    }

    @Override
    public Mailbox mailbox() {
        return new Mailbox(file.mail());
    }

    @Override
    public WebhookInbox webhooks() {
        return new WebhookInbox(file.webhooks());
    }

    @Override
    public URI webhookReceiver() {
        return file.webhookReceiver();
    }

    /** Runs the function in this process, with the environment that the stack gives it. */
    @Override
    public byte[] administration(byte[] request) throws InterruptedException {
        var function =
                Catalog.FUNCTIONS.stream()
                        .filter(one -> one.name().equals("administration"))
                        .findFirst()
                        .orElseThrow();
        try (var environments =
                new FunctionEnvironments(
                        function, file.environment(), HandlerFactory.reflective(), 1)) {
            var result = environments.invoke(request, function.timeout());
            if (result instanceof Answered(var answer)) {
                return answer;
            }
            throw CommandException.failed("The administration function failed: " + result);
        }
    }

    @Override
    public void close() {
        // It is not ours to stop.
    }
}
