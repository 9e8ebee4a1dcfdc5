package io.herald.tenant;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A secret that gives access to a tenant: {@code hk_} and 32 random bytes in base64url (RFC 4648,
 * section 5) without padding, 46 characters in all. It is shown once and kept as a hash.
 */
public final class ApiKey {
    private static final String PREFIX = "hk_";
    private static final int RANDOM_BYTES = 32;
    private static final int LENGTH = 46;
    private static final int HINT_LENGTH = 4;

    private final String text;

    private ApiKey(String text) {
        this.text = text;
    }

    /**
     * Makes a key.
     *
     * @param random cryptographically strong, and seeded after a restore
     */
    public static ApiKey make(RandomGenerator random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new ApiKey(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /**
     * @return empty when the text is not in the form of a key
     */
    public static Optional<ApiKey> parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            var encoded = text.substring(PREFIX.length());
            var bytes = Base64.getUrlDecoder().decode(encoded);
            // The last character has two bits to spare, which would give one key several names.
            var canonical = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            return canonical.equals(encoded) ? Optional.of(new ApiKey(text)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The key itself, to be shown to its owner once and to nobody else. */
    public String reveal() {
        return text;
    }

    /** The SHA-256 of the whole text in UTF-8. */
    public KeyHash hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return KeyHash.of(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Enough to tell a key from its siblings in a list, and too little to be of use. */
    public String hint() {
        return PREFIX + "..." + text.substring(LENGTH - HINT_LENGTH);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ApiKey that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Masked, so that a key never gets into a log. */
    @Override
    public String toString() {
        return hint();
    }
}
