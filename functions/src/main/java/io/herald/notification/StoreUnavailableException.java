package io.herald.notification;

/** The store cannot be reached now; the same call may work later. Nothing is known to be stored. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
