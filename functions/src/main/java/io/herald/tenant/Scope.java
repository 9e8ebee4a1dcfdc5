package io.herald.tenant;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key may do. */
public enum Scope {
    SEND,
    READ,
    MANAGE;

    /** Its name, as callers and administrators know it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @return empty when none has this name
     */
    public static Optional<Scope> ofText(String text) {
        return Arrays.stream(values()).filter(scope -> scope.text().equals(text)).findFirst();
    }
}
