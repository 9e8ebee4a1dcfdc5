package io.herald.cli;

import java.net.URI;
import java.nio.file.Path;

/** A stack that runs: where to call it, and where what it delivers lands. */
public interface Stack extends AutoCloseable {

    /** Of the gateway, without a slash at the end. */
    URI url();

    /** Where its mail server puts each mail it takes, as one file. */
    Path mailFolder();

    /** Where its webhook receiver puts each request it takes, as one file. */
    Path webhookFolder();

    /** The one address on this machine that webhooks may be sent to. */
    URI webhookReceiver();

    /**
     * Invokes the administration function, which is not on the network.
     *
     * @return what the function answers
     * @throws Exception when it failed, as the function threw it
     */
    byte[] administration(byte[] request) throws Exception;

    /** Stops it, if it was started from here. */
    @Override
    void close();
}
