package io.herald.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.Format;
import io.herald.api.http.Json;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeyedRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Idempotency-Key}, as Stripe has it: any text, without the quotes that
 * draft-ietf-httpapi-idempotency-key-header would have around it.
 */
final class IdempotencyHeader {
    static final String NAME = "Idempotency-Key";

    /** Of an answer that was given before. */
    static final String REPLAYED = "Idempotent-Replayed";

    static final Format FORMAT =
            Format.length(1, IdempotencyKey.MAX_LENGTH)
                    .and(
                            Format.matching(
                                    text -> text.chars().noneMatch(Character::isISOControl),
                                    "must not contain control characters"));

    private IdempotencyHeader() {}

    /**
     * @param body what is asked for under the key
     * @return null when there is no key, or when something is wrong with it, which is collected
     */
    static @Nullable KeyedRequest read(Call call, IdempotencyKey.Use use, JsonNode body) {
        var values = call.request().header("idempotency-key");
        if (values.isEmpty()) {
            return null;
        }
        if (values.size() > 1) {
            call.problems().addParameter(NAME, "must be sent once");
            return null;
        }
        var text = values.getFirst();
        var wrong = FORMAT.problemWith(text);
        if (wrong.isPresent()) {
            call.problems().addParameter(NAME, wrong.get());
            return null;
        }
        return keyed(use, text, body);
    }

    static KeyedRequest keyed(IdempotencyKey.Use use, String key, JsonNode body) {
        return new KeyedRequest(new IdempotencyKey(use, key), fingerprint(body));
    }

    /** The same for texts that differ only in white space and in the order of fields. */
    private static String fingerprint(JsonNode body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(Json.write(ordered(body)).getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static JsonNode ordered(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                var fields = new TreeMap<String, JsonNode>();
                object.properties()
                        .forEach(field -> fields.put(field.getKey(), ordered(field.getValue())));
                yield Json.object().setAll(fields);
            }
            case ArrayNode array -> {
                var elements = Json.object().arrayNode();
                array.forEach(element -> elements.add(ordered(element)));
                yield elements;
            }
            default -> node;
        };
    }
}
