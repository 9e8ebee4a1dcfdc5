package io.herald.adapter.mustache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows a template its payload and nothing else: it looks names up in JSON objects and runs over
 * JSON lists. jmustache's own collectors also find the methods and fields of Java objects; this one
 * knows none, so {@code {{name.bytes}}} is as empty as any name that is missing.
 */
final class JsonCollector implements Mustache.Collector {

    // Beyond this many digits a number is written with its exponent.
    private static final int MAX_PLAIN_DIGITS = 40;

    /**
     * A JSON object, with the allowance of the render it is shown to.
     *
     * @param asked takes the names that are not in it; null when nobody wants to know
     */
    private record Scope(
            ObjectNode fields, Allowance allowance, @Nullable Collection<String> asked) {
        @Nullable Object get(String name) {
            allowance.step();
            var value = fields.get(name);
            if (asked != null && (value == null || value.isNull())) {
                asked.add(name);
            }
            return value == null ? Template.NO_FETCHER_FOUND : shown(value, allowance);
        }
    }

    /** A JSON list, likewise. */
    private record Items(ArrayNode items, Allowance allowance) implements Iterable<Object> {
        @Override
        public Iterator<Object> iterator() {
            allowance.step();
            var elements = items.elements();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return elements.hasNext();
                }

                @Override
                public Object next() {
                    allowance.step();
                    var element = shown(elements.next(), allowance);
                    // jmustache has no place for null in a list; it is written as nothing.
                    return element == null ? "" : element;
                }
            };
        }
    }

    static Object root(JsonNode payload, Allowance allowance) {
        var root = shown(payload, allowance);
        return root == null ? "" : root;
    }

    /**
     * @param missing takes the names that are looked up in the payload and are not there. It is
     *     where jmustache looks last, so they are nowhere.
     */
    static Object root(JsonNode payload, Allowance allowance, Collection<String> missing) {
        return payload instanceof ObjectNode fields
                ? new Scope(fields, allowance, missing)
                : root(payload, allowance);
    }

    private static @Nullable Object shown(JsonNode value, Allowance allowance) {
        return switch (value.getNodeType()) {
            case OBJECT -> new Scope((ObjectNode) value, allowance, null);
            case ARRAY -> new Items((ArrayNode) value, allowance);
            case STRING -> value.textValue();
            case NUMBER -> value.isBigInteger() ? value.bigIntegerValue() : number(value);
            case BOOLEAN -> value.booleanValue();
            case BINARY, POJO, NULL, MISSING -> null;
        };
    }

    private static Object number(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        // Not-a-number and the infinities are no JSON, and no BigDecimal.
        return value.isBigDecimal() || Double.isFinite(value.doubleValue())
                ? value.decimalValue()
                : "";
    }

    /** What a variable is written as: texts as they are, all else as in JSON. */
    static CharSequence format(Object value) {
        return switch (value) {
            case String text -> text;
            case BigDecimal number ->
                    Math.max(number.precision(), Math.abs((long) number.scale())) > MAX_PLAIN_DIGITS
                            ? number.toString()
                            : number.toPlainString();
            case Scope scope -> scope.fields().toString();
            case Items items -> items.items().toString();
            default -> value.toString();
        };
    }

    @Override
    public @Nullable Iterator<?> toIterator(Object value) {
        return switch (value) {
            case Items items -> items.iterator();
            // What jmustache puts in the place of a section's value that is missing.
            case List<?> none when none.isEmpty() -> none.iterator();
            // As falsey as an empty list. (jmustache's own option for it formats every section's
            // value first, objects with all they hold.)
            case String text when text.isEmpty() -> Collections.emptyIterator();
            default -> null;
        };
    }

    @Override
    public Mustache.VariableFetcher createFetcher(Object context, String name) {
        return context instanceof Scope
                ? (scope, field) -> ((Scope) scope).get(field)
                : (_, _) -> Template.NO_FETCHER_FOUND;
    }

    @Override
    public <K, V> Map<K, V> createFetcherCache() {
        return new ConcurrentHashMap<>();
    }
}
