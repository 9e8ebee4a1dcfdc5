package io.herald.api.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Where the next page of a list begins: after the item at this position. Its text names the
 * position and a digest of the list it belongs to, so that it does not fit another list. It is no
 * secret and grants nothing: what it points into is looked up under the caller's own tenant.
 *
 * @param after in a form that the list chooses
 */
public record Cursor(String after) {
    private static final int DIGEST_BYTES = 12;

    /**
     * @param list what names the list: its route, its tenant, its filters
     */
    public String encode(List<String> list) {
        var position = after.getBytes(StandardCharsets.UTF_8);
        var bytes =
                ByteBuffer.allocate(DIGEST_BYTES + position.length).put(digest(list)).put(position);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * @return empty when it is not the text of a cursor of this list
     */
    public static Optional<Cursor> decode(String text, List<String> list) {
        return read(text).filter(cursor -> cursor.encode(list).equals(text));
    }

    /** Whether it may be the text of a cursor of some list. */
    static boolean isOne(String text) {
        return read(text).isPresent();
    }

    private static Optional<Cursor> read(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (bytes.length < DIGEST_BYTES) {
            return Optional.empty();
        }
        return Texts.ofUtf8(Arrays.copyOfRange(bytes, DIGEST_BYTES, bytes.length)).map(Cursor::new);
    }

    private byte[] digest(List<String> list) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            // Each with its length, so that no two lists run together into the same bytes.
            update(sha256, after);
            list.forEach(part -> update(sha256, part));
            return Arrays.copyOf(sha256.digest(), DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String part) {
        var bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }
}
