package io.herald.cli;

import io.herald.local.LocalCloud;
import io.herald.local.LocalCloudException;
import io.herald.local.LocalSettings;
import io.herald.local.gateway.PortTakenException;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.outside.Mailbox;
import io.herald.local.outside.WebhookInbox;
import io.herald.servers.ServerException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** A stack that this process started, and stops. */
final class StartedStack implements Stack {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LocalCloud cloud;

    private boolean isConnected;

    private StartedStack(LocalCloud cloud) {
        this.cloud = cloud;
    }

    /**
     * Starts a stack and waits until it answers.
     *
     * @throws CommandException when it does not start, with a sentence that says why
     */
    static StartedStack start(LocalSettings settings, Progress progress)
            throws InterruptedException {
        try {
            var cloud = LocalCloud.start(settings.withProgress(progress::now));
            try {
                cloud.awaitReady(PATIENCE);
                return new StartedStack(cloud);
            } catch (InterruptedException | RuntimeException e) {
                cloud.close();
                throw e;
            }
        } catch (PortTakenException e) {
            throw CommandException.lacking(
                    "Port %d is taken by another process. Choose another with --port; 0 is any free one."
                            .formatted(e.port()),
                    e);
        } catch (LocalCloudException | ServerException e) {
            throw CommandException.lacking(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw CommandException.lacking("The stack did not start: " + e.getMessage(), e);
        }
    }

    /** All of it, for who is to measure or break its parts. */
    LocalCloud cloud() {
        return cloud;
    }

    @Override
    public URI url() {
        return cloud.url();
    }

    @Override
    public Mailbox mailbox() {
        return cloud.mail().mailbox();
    }

    @Override
    public WebhookInbox webhooks() {
        return cloud.webhooks().inbox();
    }

    @Override
    public URI webhookReceiver() {
        return cloud.webhooks().url();
    }

    @Override
    public byte[] administration(byte[] request) throws InterruptedException {
        if (!isConnected) {
            isConnected = Invocations.connect(this::invoke);
        }
        return Invocations.expectAnswer(invoke(request));
    }

    private InvocationResult invoke(byte[] request) throws InterruptedException {
        return cloud.invoke("administration", request);
    }

    @Override
    public void close() {
        cloud.close();
    }
}
