package io.herald.local.gateway;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpTokens;
import org.jspecify.annotations.Nullable;

/**
 * What a function answers to a proxy event, as documented under "Output format of a Lambda function
 * for proxy integration". Headers and multi-value headers are merged; where both name a header the
 * multi-value one counts. Headers that API Gateway remaps are renamed to {@code
 * x-amzn-Remapped-...}.
 *
 * @param headers in the order in which they are to be sent
 */
@SuppressWarnings("ArrayRecordComponent") // Compared nowhere, and copying 6 MB would cost.
record ProxyAnswer(int status, List<Header> headers, byte[] body) {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final Set<String> FIELDS =
            Set.of("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded");
    private static final Set<String> REMAPPED =
            Set.of(
                    "connection",
                    "content-length",
                    "date",
                    "host",
                    "server",
                    "www-authenticate",
                    "x-amzn-requestid");
    private static final Set<String> DROPPED = Set.of("transfer-encoding", "upgrade", "keep-alive");

    /** One header line. */
    record Header(String name, String value) {}

    /**
     * Reads an answer.
     *
     * @throws Refusal 502 if it is malformed: API Gateway does not guess what a function meant
     */
    static ProxyAnswer parse(byte[] payload) throws Refusal {
        JsonNode answer;
        try {
            answer = JSON.readTree(payload);
        } catch (JacksonException e) {
            throw malformed();
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        if (!answer.isObject()) {
            throw malformed();
        }
        for (var field : answer.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw malformed();
            }
        }
        return new ProxyAnswer(status(answer), headers(answer), body(answer));
    }

    /** Whether the answer has that header, in any case. */
    boolean has(String name) {
        return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
    }

    private static int status(JsonNode answer) throws Refusal {
        var status = answer.path("statusCode");
        // API Gateway takes a number in a string as well.
        var code = status.isInt() || status.isTextual() ? status.asInt(0) : 0;
        if (code < 200 || code > 599) {
            throw malformed();
        }
        return code;
    }

    private static byte[] body(JsonNode answer) throws Refusal {
        var body = answer.path("body");
        var base64 = answer.path("isBase64Encoded");
        if (!isAbsent(base64) && !base64.isBoolean()) {
            throw malformed();
        }
        if (isAbsent(body)) {
            return new byte[0];
        }
        if (!body.isTextual()) {
            throw malformed();
        }
        if (!base64.asBoolean()) {
            return body.textValue().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(body.textValue());
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static List<Header> headers(JsonNode answer) throws Refusal {
        var headers = new ArrayList<Header>();
        var multiple = object(answer, "multiValueHeaders");
        var named = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        if (multiple != null) {
            for (var field : multiple.properties()) {
                if (!field.getValue().isArray()) {
                    throw malformed();
                }
                named.add(field.getKey());
                for (var value : field.getValue()) {
                    add(headers, field.getKey(), value);
                }
            }
        }
        var single = object(answer, "headers");
        if (single != null) {
            for (var field : single.properties()) {
                if (!named.contains(field.getKey())) {
                    add(headers, field.getKey(), field.getValue());
                }
            }
        }
        if (headers.stream().noneMatch(header -> header.name().equalsIgnoreCase("content-type"))) {
            headers.add(new Header("Content-Type", "application/json"));
        }
        return List.copyOf(headers);
    }

    private static @Nullable JsonNode object(JsonNode answer, String field) throws Refusal {
        var node = answer.path(field);
        if (isAbsent(node)) {
            return null;
        }
        if (!node.isObject()) {
            throw malformed();
        }
        return node;
    }

    private static void add(List<Header> headers, String name, JsonNode value) throws Refusal {
        if (!value.isValueNode()) {
            throw malformed();
        }
        var text = value.isNull() ? "" : value.asText();
        if (!isToken(name) || !isFieldValue(text)) {
            throw malformed();
        }
        var lower = name.toLowerCase(Locale.ROOT);
        if (!DROPPED.contains(lower)) {
            headers.add(
                    new Header(REMAPPED.contains(lower) ? "x-amzn-Remapped-" + name : name, text));
        }
    }

    private static boolean isToken(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(character ->
                                character < 0x80
                                        && isTokenType(HttpTokens.TOKENS[character].getType()));
    }

    private static boolean isTokenType(HttpTokens.Type type) {
        return switch (type) {
            case DIGIT, ALPHA, TCHAR -> true;
            default -> false;
        };
    }

    // No line break may come through: it would start a header of the function's making.
    private static boolean isFieldValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c != 0x7f && c <= 0xff));
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static Refusal malformed() {
        return new Refusal(502, "The function's answer is malformed.");
    }
}
