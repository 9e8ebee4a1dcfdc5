package io.herald.tenant;

import java.util.Optional;
import java.util.UUID;

/** Names a key to whoever administers it. It opens nothing. */
public record KeyId(UUID value) {
    private static final int LENGTH = 36;

    /**
     * @return empty when the text is not a UUID
     */
    public static Optional<KeyId> parse(String text) {
        try {
            // UUID.fromString also takes shortened groups.
            return text.length() == LENGTH
                    ? Optional.of(new KeyId(UUID.fromString(text)))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
