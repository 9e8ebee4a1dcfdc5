package io.herald.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.NotificationId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, as it was asked for.
 *
 * @param limit how many items it has at most
 * @param after the position of the last item of the page before; null for the first page
 * @param list what names the list, for its cursors
 * @param <P> says where in the list an item stands
 */
public record Page<P>(int limit, @Nullable P after, List<String> list, Positions<P> positions) {
    private static final int MAX_CURSOR_LENGTH = 600;
    private static final String NOT_OF_THIS_LIST =
            "must be the nextCursor of a page of this list, with these filters";

    // An answer is escaped twice on its way out, and API Gateway's limit on it is 6 MB.
    private static final int MAX_ESCAPED_LENGTH = 3_000_000;

    /** The query parameters that make a page. */
    public static final List<String> PARAMETERS = List.of("limit", "cursor");

    /**
     * The positions of a list, as they stand in its cursors.
     *
     * @param write makes a text of it
     * @param read empty when it is not such a text; a caller can make up any
     */
    public record Positions<P>(Function<P, String> write, Function<String, Optional<P>> read) {
        /**
         * For a list that goes by a key.
         *
         * @param keys what a key looks like
         */
        public static Positions<String> keys(Format keys) {
            return new Positions<>(
                    key -> key,
                    text -> Optional.of(text).filter(key -> keys.problemWith(key).isEmpty()));
        }
    }

    private static final Positions<NotificationId> IDS =
            new Positions<>(NotificationId::toString, Page::idOf);

    /** A page of a list in which the id says where an item stands, the newest first. */
    public static Page<NotificationId> of(Query query, List<String> list, InputProblems problems) {
        return of(query, list, problems, IDS);
    }

    /** Collects what is wrong with the parameters. */
    public static <P> Page<P> of(
            Query query, List<String> list, InputProblems problems, Positions<P> positions) {
        int limit = query.limit();
        var text = cursor(query);
        if (text == null) {
            return new Page<>(limit, null, list, positions);
        }
        var after =
                Cursor.decode(text, list).flatMap(cursor -> positions.read().apply(cursor.after()));
        if (after.isEmpty()) {
            problems.addParameter("cursor", NOT_OF_THIS_LIST);
            return new Page<>(limit, null, list, positions);
        }
        return new Page<>(limit, after.get(), list, positions);
    }

    /**
     * For when the filters that say which list it is are wrong: a cursor of it cannot be judged.
     *
     * @return the refusal, with what is wrong with the page as well
     */
    public static ProblemException refusal(Query query, InputProblems problems) {
        query.limit();
        cursor(query);
        return new ProblemException(Problem.invalid(problems.list()));
    }

    /** What tells a list with these filters from one with others; null for one that is not set. */
    public static Stream<String> names(@Nullable Object... filters) {
        return Arrays.stream(filters).map(value -> value == null ? "" : "=" + value);
    }

    private static @Nullable String cursor(Query query) {
        return query.text(
                "cursor",
                Format.length(1, MAX_CURSOR_LENGTH)
                        .and(Format.matching(Cursor::isOne, NOT_OF_THIS_LIST)));
    }

    private static Optional<NotificationId> idOf(String text) {
        return Texts.parsed(text, NotificationId::parse);
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
            List<T> found, Function<T, P> position, Function<T, ObjectNode> encode) {
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
        if (data.size() < found.size()) {
            var last = position.apply(found.get(data.size() - 1));
            var cursor = new Cursor(positions.write().apply(last));
            return answer.put("nextCursor", cursor.encode(list));
        }
        return answer.putNull("nextCursor");
    }

    /**
     * The answer of a search that may have ended early.
     *
     * @param answer as {@link #of} makes it
     * @param searchedTo where the search ended before it had found enough; null when nothing is
     *     left to search
     */
    public ObjectNode goingOn(ObjectNode answer, @Nullable P searchedTo) {
        return searchedTo == null || !answer.path("nextCursor").isNull()
                ? answer
                : answer.put(
                        "nextCursor", new Cursor(positions.write().apply(searchedTo)).encode(list));
    }
}
