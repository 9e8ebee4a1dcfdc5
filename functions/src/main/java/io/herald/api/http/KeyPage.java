package io.herald.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
        var page = Page.of(query, list, problems, positions(keys));
        return new KeyPage(page.limit(), page.after(), list);
    }

    private static Page.Positions<String> positions(Format keys) {
        return new Page.Positions<>(
                key -> key,
                text -> Optional.of(text).filter(key -> keys.problemWith(key).isEmpty()));
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
        return new Page<>(limit, after, list, positions(_ -> Optional.empty()))
                .of(found, key, encode);
    }
}
