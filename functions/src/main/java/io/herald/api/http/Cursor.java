package io.herald.api.http;

import io.herald.notification.NotificationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the next page of a list begins: after the item with this id. Its text names the id and a
 * digest of the list it belongs to, so that it does not fit another list. It is no secret and
 * grants nothing: what it points into is looked up under the caller's own tenant.
 */
public record Cursor(NotificationId after) {
    private static final int ID_BYTES = 16;
    static final int DIGEST_BYTES = 12;

    /**
     * @param list what names the list: its route, its tenant, its filters
     */
    public String encode(List<String> list) {
        var bytes =
                ByteBuffer.allocate(ID_BYTES + DIGEST_BYTES)
                        .putLong(after.value().getMostSignificantBits())
                        .putLong(after.value().getLeastSignificantBits())
                        .put(digest(after.toString(), list));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * @return empty when it is not the text of a cursor of this list
     */
    public static Optional<Cursor> decode(String text, List<String> list) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (bytes.length != ID_BYTES + DIGEST_BYTES) {
            return Optional.empty();
        }
        var buffer = ByteBuffer.wrap(bytes);
        var id = new UUID(buffer.getLong(), buffer.getLong());
        var cursor = new Cursor(new NotificationId(id));
        return cursor.encode(list).equals(text) ? Optional.of(cursor) : Optional.empty();
    }

    static byte[] digest(String position, List<String> list) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(position.getBytes(StandardCharsets.UTF_8));
            for (var part : list) {
                // With its length, so that no two lists run together into the same bytes.
                var bytes = part.getBytes(StandardCharsets.UTF_8);
                sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
                sha256.update(bytes);
            }
            return Arrays.copyOf(sha256.digest(), DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
