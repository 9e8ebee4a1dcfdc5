package io.herald.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that goes by a key, as it was asked for; takes the parameters of {@link
 * Page#PARAMETERS}. Its cursors are like those of a {@link Page}.
 *
 * @param limit how many items it has at most
 * @param after the key that the item before it has; null for the first page
 * @param list what names the list, for its cursors
 */
public record KeyPage(int limit, @Nullable String after, List<String> list) {

    /**
     * Collects what is wrong with the parameters.
     *
     * @param keys what a key looks like: a cursor is no secret, so anyone can make one
     */
    public static KeyPage of(Query query, List<String> list, Format keys, InputProblems problems) {
        int limit = query.limit();
        var text = query.text("cursor", Format.length(1, 200));
        var after =
                text == null
                        ? Optional.<String>empty()
                        : decode(text, list).filter(key -> keys.problemWith(key).isEmpty());
        if (text != null && after.isEmpty()) {
            problems.addParameter(
                    "cursor", "must be the nextCursor of a page of this list, with these filters");
        }
        return new KeyPage(limit, after.orElse(null), list);
    }

    /** How many items to look for: one more than are shown says whether there is a next page. */
    public int look() {
        return limit + 1;
    }

    /**
     * The answer. Has fewer items than asked for where more would not fit into it.
     *
     * @param found at most {@link #look} items
     */
    public <T> ObjectNode of(
            List<T> found, Function<T, String> key, Function<T, ObjectNode> encode) {
        return Page.answer(found, limit, encode, last -> encode(key.apply(last), list));
    }

    private static String encode(String key, List<String> list) {
        var digest = Cursor.digest(key, list);
        var text = key.getBytes(StandardCharsets.UTF_8);
        var bytes = Arrays.copyOf(digest, digest.length + text.length);
        System.arraycopy(text, 0, bytes, digest.length, text.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Optional<String> decode(String cursor, List<String> list) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (bytes.length <= Cursor.DIGEST_BYTES) {
            return Optional.empty();
        }
        return Texts.ofUtf8(Arrays.copyOfRange(bytes, Cursor.DIGEST_BYTES, bytes.length))
                .filter(key -> encode(key, list).equals(cursor));
    }
}
