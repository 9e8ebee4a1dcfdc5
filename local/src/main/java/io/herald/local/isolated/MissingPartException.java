package io.herald.local.isolated;

import org.jspecify.annotations.Nullable;

/** Something that environments in JVMs of their own need is not there; the message says what. */
public final class MissingPartException extends RuntimeException {

    MissingPartException(String message) {
        this(message, null);
    }

    MissingPartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
