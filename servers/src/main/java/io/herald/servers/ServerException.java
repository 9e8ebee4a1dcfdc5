package io.herald.servers;

import java.io.Serial;

/**
 * A server could not be started, stopped or signalled. The message is one sentence for a person.
 */
public final class ServerException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    public ServerException(String message) {
        super(message);
    }

    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
