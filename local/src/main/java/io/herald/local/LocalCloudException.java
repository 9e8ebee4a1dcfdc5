package io.herald.local;

/** The local cloud cannot start; the message says why in a sentence for its user. */
public final class LocalCloudException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LocalCloudException(String message) {
        super(message);
    }

    LocalCloudException(String message, Throwable cause) {
        super(message, cause);
    }
}
