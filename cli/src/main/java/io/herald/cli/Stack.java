package io.herald.cli;

import io.herald.local.outside.Mailbox;
import io.herald.local.outside.WebhookInbox;
import java.net.URI;

/** A stack that runs: where to call it, and where what it delivers lands. */
public interface Stack extends AutoCloseable {

    /** Of the gateway, without a slash at the end. */
    URI url();

    /** Where its mail lands. */
    Mailbox mailbox();

    /** Where its webhooks land. */
    WebhookInbox webhooks();

    /** The one address on this machine that webhooks may be sent to. */
    URI webhookReceiver();

    /**
     * Invokes the administration function, which is not on the network.
     *
     * @return what the function answers
     * @throws CommandException when it failed
     */
    byte[] administration(byte[] request) throws InterruptedException;

    /** Stops it, if it was started from here. */
    @Override
    void close();
}
