package io.herald.notification;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot be reached now, or is too busy; nothing is known to have been done. It is an
 * outage and no fault of what was asked: every port may throw it, and the same call may succeed
 * later.
 */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
