package io.herald.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.NotificationId;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, as it was asked for.
 *
 * @param limit how many items it has at most
 * @param before the items are older than this one; null for the newest
 * @param list what names the list, for its cursors
 */
public record Page(int limit, @Nullable NotificationId before, List<String> list) {
    // An answer is escaped twice on its way out, and API Gateway's limit on it is 6 MB.
    private static final int MAX_ESCAPED_LENGTH = 3_000_000;

    /** The query parameters that make a page. */
    public static final List<String> PARAMETERS = List.of("limit", "cursor");

    /** Collects what is wrong with the parameters. */
    public static Page of(Query query, List<String> list, InputProblems problems) {
        int limit = query.limit();
        var text = query.text("cursor", Format.length(1, 200));
        var cursor = text == null ? null : Cursor.decode(text, list).orElse(null);
        if (text != null && cursor == null) {
            problems.addParameter(
                    "cursor", "must be the nextCursor of a page of this list, with these filters");
        }
        return new Page(limit, cursor == null ? null : cursor.after(), list);
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
            List<T> found, Function<T, NotificationId> id, Function<T, ObjectNode> encode) {
        return answer(found, limit, encode, last -> new Cursor(id.apply(last)).encode(list));
    }

    /**
     * The answer of a search that may have ended early.
     *
     * @param answer as {@link #of} makes it
     * @param searchedTo where the search ended before it had found enough; null when nothing is
     *     left to search
     */
    public ObjectNode goingOn(ObjectNode answer, @Nullable NotificationId searchedTo) {
        return searchedTo == null || !answer.path("nextCursor").isNull()
                ? answer
                : answer.put("nextCursor", new Cursor(searchedTo).encode(list));
    }

    /**
     * @param cursor what leads to the items after the one it is given
     */
    static <T> ObjectNode answer(
            List<T> found, int limit, Function<T, ObjectNode> encode, Function<T, String> cursor) {
        var answer = Json.object();
        var data = answer.putArray("data");
        long length = 0;
        for (var item : found) {
            if (data.size() == limit) {
                break;
            }
            var encoded = encode.apply(item);
            length += Json.escapedLengthOf(encoded);
            if (!data.isEmpty() && length > MAX_ESCAPED_LENGTH) {
                break;
            }
            data.add(encoded);
        }
        return data.size() < found.size()
                ? answer.put("nextCursor", cursor.apply(found.get(data.size() - 1)))
                : answer.putNull("nextCursor");
    }
}
