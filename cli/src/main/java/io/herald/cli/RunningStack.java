package io.herald.cli;

import io.herald.catalog.Catalog;
import io.herald.catalog.FunctionDeclaration;
import io.herald.local.LocalCloudException;
import io.herald.local.StackFile;
import io.herald.local.lambda.FunctionEnvironments;
import io.herald.local.lambda.HandlerFactory;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.outside.Mailbox;
import io.herald.local.outside.WebhookInbox;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** A stack that another process runs. */
final class RunningStack implements Stack {
    private static final FunctionDeclaration ADMINISTRATION =
            Catalog.FUNCTIONS.stream()
                    .filter(function -> function.name().equals("administration"))
                    .findFirst()
                    .orElseThrow();

    private final StackFile file;

    /** Runs the function in this process, with the environment that the stack gives it. */
    private final FunctionEnvironments administration;

    private boolean isConnected;

    private RunningStack(StackFile file) {
        this.file = file;
        this.administration =
                new FunctionEnvironments(
                        ADMINISTRATION, file.environment(), HandlerFactory.reflective(), 1);
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

    @Override
    public byte[] administration(byte[] request) throws InterruptedException {
        if (!isConnected) {
            isConnected = Invocations.connect(this::invoke);
        }
        return Invocations.expectAnswer(invoke(request));
    }

    private InvocationResult invoke(byte[] request) throws InterruptedException {
        return administration.invoke(request, ADMINISTRATION.timeout());
    }

    /** Does not stop the stack, which is not ours. */
    @Override
    public void close() {
        administration.close();
    }
}
