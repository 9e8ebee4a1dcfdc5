package io.herald.notification;

/**
 * The store cannot be reached now. Whether what was asked has been done is not known; asking again
 * is safe for everything that is keyed by an id.
 */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message is logged, so it quotes no data
     */
    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
