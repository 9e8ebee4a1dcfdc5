package io.herald.local.gateway;

import java.io.IOException;

/** Another process listens on the port that the gateway was to have. */
public final class PortTakenException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int port;

    PortTakenException(int port, Throwable cause) {
        super("Port " + port + " is taken by another process.", cause);
        this.port = port;
    }

    /** The port that is taken. */
    public int port() {
        return port;
    }
}
