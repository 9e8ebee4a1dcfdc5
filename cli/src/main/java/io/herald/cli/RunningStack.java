package io.herald.cli;

import io.herald.catalog.Catalog;
import io.herald.local.LocalCloudException;
import io.herald.local.StackFile;
import io.herald.local.lambda.HandlerFactory;
import io.herald.local.outside.Mailbox;
import io.herald.local.outside.WebhookInbox;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
    public byte[] administration(byte[] request) throws Exception {
        var function =
                Catalog.FUNCTIONS.stream()
                        .filter(one -> one.name().equals("administration"))
                        .findFirst()
                        .orElseThrow();
        var handler = HandlerFactory.reflective().create(function, file.environment());
        try {
            var answer = new ByteArrayOutputStream();
            handler.handleRequest(new ByteArrayInputStream(request), answer, NO_CONTEXT);
            return answer.toByteArray();
        } finally {
            if (handler instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    @Override
    public void close() {
        // It is not ours to stop.
    }
}
