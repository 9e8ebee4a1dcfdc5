package io.herald.local.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.herald.catalog.Catalog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests up from the OpenAPI document, whatever routes it has: some valid, some nearly,
 * some hostile. The same seed and number make the same request, whatever was made before.
 */
final class RequestGenerator {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectWriter WRITER =
            JsonMapper.builder()
                    .build()
                    .writer()
                    // Half a surrogate pair gets through as an escape only.
                    .with(JsonWriteFeature.ESCAPE_NON_ASCII);
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
    private static final int MAX_SHOWN = 2_000;

    /** Every so many requests one has a body of 20 MB, and one a body that grows to 100 MB. */
    private static final int LARGE_EVERY = 200;

    private static final byte[] LARGE = large();
    private static final byte[] BOMB = gzip(new byte[100 * 1024 * 1024]);

    private final JsonNode document = read();
    private final List<Operation> operations = operations(document);
    private final long seed;
    private final String key;
    private final Map<String, List<String>> words;

    /**
     * An operation of the document.
     *
     * @param parameters resolved, those of the path and its own
     */
    private record Operation(String method, String path, JsonNode node, List<JsonNode> parameters) {

        List<JsonNode> parametersIn(String place) {
            return parameters.stream()
                    .filter(parameter -> parameter.path("in").asText().equals(place))
                    .toList();
        }

        JsonNode bodySchema() {
            var content = node.path("requestBody").path("content").elements();
            return content.hasNext() ? content.next().path("schema") : JSON.missingNode();
        }

        List<JsonNode> bodyExamples() {
            return node.path("requestBody")
                    .path("content")
                    .valueStream()
                    .flatMap(media ->
                            Stream.concat(
                                    Stream.of(media.path("example")),
                                    media.path("examples")
                                            .valueStream()
                                            .map(example -> example.path("value"))))
                    .filter(example -> !example.isMissingNode())
                    .toList();
        }

        String mediaType() {
            var types = node.path("requestBody").path("content").fieldNames();
            return types.hasNext() ? types.next() : "application/json";
        }
    }

    /**
     * A request.
     *
     * @param kind how it was made
     * @param mayBeCutOff whether it is no proper HTTP, so that the connection may just be closed
     */
    record Generated(
            String name,
            String kind,
            boolean mayBeCutOff,
            String method,
            String target,
            List<String> headers,
            byte[] body) {

        /** As it goes over the wire, as far as a person wants to see it. */
        @Override
        public String toString() {
            var text = new String(body, ISO_8859_1);
            var shown =
                    text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)
                            ? text
                            : "(hex) "
                                    + HexFormat.of()
                                            .formatHex(body, 0, Math.min(body.length, MAX_SHOWN));
            return "%s, %s\n%s %s\n%s\n\n%s%s"
                    .formatted(
                            name,
                            kind,
                            method,
                            abbreviated(target),
                            abbreviated(String.join("\n", headers)),
                            abbreviated(shown),
                            body.length > MAX_SHOWN ? " ... " + body.length + " bytes" : "");
        }

        private static String abbreviated(String text) {
            return text.substring(0, Math.min(text.length(), MAX_SHOWN));
        }
    }

    /**
     * @param words for parameters and fields of these names, what makes sense there
     */
    RequestGenerator(long seed, String key, Map<String, List<String>> words) {
        this.seed = seed;
        this.key = key;
        this.words = words;
    }

    /** How many operations the document has; each comes in turn. */
    int operationCount() {
        return operations.size();
    }

    /** The request of a number. */
    Generated request(int number) {
        var random = new Random(seed * 1_000_003 + number);
        var operation = operations.get(number % operations.size());
        var name =
                "request %d of seed %d, %s %s"
                        .formatted(number, seed, operation.method(), operation.path());
        if (number % LARGE_EVERY == LARGE_EVERY / 2) {
            return new Generated(
                    name, "20 MB", false, "POST", "/v1/notifications", headers(operation), LARGE);
        }
        if (number % LARGE_EVERY == LARGE_EVERY / 2 + 1) {
            var headers = new ArrayList<>(headers(operation));
            headers.add("Content-Encoding: gzip");
            return new Generated(name, "a zip bomb", false, "PUT", "/v1/users/ada", headers, BOMB);
        }
        int dice = random.nextInt(100);
        if (dice < 35) {
            return valid(operation, name, random);
        } else if (dice < 65) {
            return withWrongField(operation, name, random);
        } else if (dice < 78) {
            return withSpoiledBody(operation, name, random);
        } else if (dice < 90) {
            return withWrongParameter(operation, name, random);
        } else {
            return withWrongHead(operation, name, random);
        }
    }

    private Generated valid(Operation operation, String name, Random random) {
        var headers = new ArrayList<>(headers(operation));
        for (var parameter : operation.parametersIn("header")) {
            if (random.nextBoolean()) {
                headers.add(parameter.path("name").asText() + ": " + wordFor(parameter, random));
            }
        }
        if (random.nextInt(3) == 0) {
            headers.add("Accept-Encoding: gzip");
        }
        var body = body(operation, random);
        return new Generated(
                name,
                "valid",
                false,
                operation.method(),
                path(operation, random) + query(operation, random),
                headers,
                body == null ? new byte[0] : bytes(body));
    }

    private Generated withWrongField(Operation operation, String name, Random random) {
        var valid = valid(operation, name, random);
        var body = body(operation, random);
        if (body == null) {
            return withWrongParameter(operation, name, random);
        }
        for (int i = 0; i <= random.nextInt(3); i++) {
            body = spoil(body, random);
        }
        return new Generated(
                name,
                "with wrong fields",
                false,
                valid.method(),
                valid.target(),
                valid.headers(),
                bytes(body));
    }

    private Generated withSpoiledBody(Operation operation, String name, Random random) {
        var valid = valid(operation, name, random);
        var json = valid.body().length == 0 ? "{}" : new String(valid.body(), UTF_8);
        return new Generated(
                name,
                "with a spoiled body",
                false,
                valid.method(),
                valid.target(),
                valid.headers(),
                HostileValues.spoiled(json, random));
    }

    private Generated withWrongParameter(Operation operation, String name, Random random) {
        var valid = valid(operation, name, random);
        var target =
                switch (random.nextInt(4)) {
                    case 0 ->
                            valid.target()
                                    + (valid.target().contains("?") ? "&" : "?")
                                    + encoded(HostileValues.text(random))
                                    + "=1";
                    case 1 -> valid.target() + HostileValues.segment(random);
                    case 2 -> path(operation, random) + wrongQuery(operation, random);
                    default -> wrongPath(operation, random) + query(operation, random);
                };
        return new Generated(
                name,
                "with wrong parameters",
                true,
                valid.method(),
                target,
                valid.headers(),
                valid.body());
    }

    private Generated withWrongHead(Operation operation, String name, Random random) {
        var valid = valid(operation, name, random);
        var headers = new ArrayList<>(valid.headers());
        var method = valid.method();
        var hostile = oneLine(HostileValues.text(random));
        switch (random.nextInt(9)) {
            case 0 ->
                    method =
                            HostileValues.pick(
                                    List.of("HEAD", "OPTIONS", "TRACE", "BREW", "get", "PURGE"),
                                    random);
            case 1 -> headers.removeIf(header -> header.startsWith("Authorization"));
            case 2 -> headers.add("Authorization: Bearer " + hostile);
            case 3 -> {
                headers.removeIf(header -> header.startsWith("Authorization"));
                headers.add("Authorization: " + hostile);
            }
            case 4 -> {
                headers.removeIf(header -> header.startsWith("Content-Type"));
                headers.add(
                        "Content-Type: "
                                + HostileValues.pick(
                                        List.of(
                                                "text/plain",
                                                "application/json; charset=utf-16",
                                                "",
                                                hostile),
                                        random));
            }
            case 5 ->
                    headers.add(
                            "Content-Encoding: "
                                    + HostileValues.pick(
                                            List.of("gzip", "deflate", "br", "identity", hostile),
                                            random));
            case 6 -> headers.add("traceparent: " + hostile);
            case 7 -> headers.add("Accept-Encoding: " + hostile);
            default -> {
                var named = operation.parametersIn("header");
                var header =
                        named.isEmpty()
                                ? HostileValues.pick(
                                        List.of("Idempotency-Key", "If-Match", "X-Forwarded-For"),
                                        random)
                                : HostileValues.pick(named, random).path("name").asText();
                headers.add(header + ": " + hostile);
            }
        }
        return new Generated(
                name, "with a wrong head", true, method, valid.target(), headers, valid.body());
    }

    private List<String> headers(Operation operation) {
        return List.of("Authorization: Bearer " + key, "Content-Type: " + operation.mediaType());
    }

    private String path(Operation operation, Random random) {
        // What others are sent to, nobody changes or deletes.
        boolean reads = operation.method().equals("GET") || operation.method().equals("POST");
        return fill(
                operation,
                parameter ->
                        encoded(
                                reads
                                        ? wordFor(parameter, random)
                                        : "made-" + (1 + random.nextInt(3))));
    }

    private String wrongPath(Operation operation, Random random) {
        return fill(
                operation,
                _ ->
                        random.nextBoolean()
                                ? HostileValues.segment(random)
                                : encoded(HostileValues.text(random)));
    }

    private static String fill(Operation operation, Function<JsonNode, String> value) {
        var path = operation.path();
        for (var parameter : operation.parametersIn("path")) {
            var placeholder = "{" + parameter.path("name").asText() + "}";
            path = path.replace(placeholder, value.apply(parameter));
        }
        return path;
    }

    private String query(Operation operation, Random random) {
        var pairs = new ArrayList<String>();
        for (var parameter : operation.parametersIn("query")) {
            var name = parameter.path("name").asText();
            // Nobody can make up a cursor.
            if (parameter.path("required").asBoolean()
                    || (!name.equals("cursor") && random.nextBoolean())) {
                pairs.add(name + "=" + encoded(wordFor(parameter, random)));
            }
        }
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private String wrongQuery(Operation operation, Random random) {
        var pairs = new ArrayList<String>();
        for (var parameter : operation.parametersIn("query")) {
            for (int i = 0; i <= random.nextInt(2); i++) {
                pairs.add(
                        parameter.path("name").asText()
                                + "="
                                + (random.nextBoolean()
                                        ? HostileValues.segment(random)
                                        : encoded(HostileValues.text(random))));
            }
        }
        pairs.add(HostileValues.segment(random) + "=" + HostileValues.segment(random));
        return "?" + String.join("&", pairs);
    }

    private String wordFor(JsonNode parameter, Random random) {
        return value(parameter.path("schema"), parameter.path("name").asText(), random, 0).asText();
    }

    private @Nullable JsonNode body(Operation operation, Random random) {
        var schema = operation.bodySchema();
        // A schema does not say which fields go together, and an example does.
        var examples = operation.bodyExamples();
        if (!examples.isEmpty() && random.nextInt(3) == 0) {
            return HostileValues.pick(examples, random).deepCopy();
        }
        return schema.isMissingNode() ? null : value(schema, "", random, 0);
    }

    /** Something that the schema allows, as far as schemas go here. */
    private JsonNode value(JsonNode reference, String name, Random random, int depth) {
        var schema = resolve(reference);
        var known = words.get(name);
        if (known != null && !schema.path("type").asText().equals("object")) {
            return JSON.textNode(HostileValues.pick(known, random));
        }
        if (schema.has("enum")) {
            return HostileValues.pick(schema.path("enum").valueStream().toList(), random);
        }
        for (var choice : List.of("oneOf", "anyOf")) {
            if (schema.has(choice)) {
                var choices = schema.path(choice).valueStream().toList();
                return value(HostileValues.pick(choices, random), name, random, depth);
            }
        }
        if (schema.has("example") && random.nextBoolean()) {
            return schema.path("example");
        }
        return switch (schema.path("type").asText()) {
            case "object" -> object(schema, random, depth);
            case "array" -> array(schema, name, random, depth);
            case "string" -> JSON.textNode(text(schema, random));
            case "integer", "number" ->
                    JSON.numberNode(
                            schema.path("minimum").asInt(0)
                                    + random.nextInt(
                                            Math.clamp(
                                                    schema.path("maximum").asLong(100), 1, 100)));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            default -> depth > 3 ? JSON.nullNode() : HostileValues.value(random);
        };
    }

    private ObjectNode object(JsonNode schema, Random random, int depth) {
        var object = JSON.objectNode();
        var required = schema.path("required").valueStream().map(JsonNode::asText).toList();
        for (var property : schema.path("properties").properties()) {
            if (required.contains(property.getKey()) || (depth < 6 && random.nextInt(3) > 0)) {
                object.set(
                        property.getKey(),
                        value(property.getValue(), property.getKey(), random, depth + 1));
            }
        }
        var others = schema.path("additionalProperties");
        if (others.isObject() || others.asBoolean()) {
            for (int i = 0; i < random.nextInt(3); i++) {
                object.set(
                        "name" + i,
                        others.isObject()
                                ? value(others, "", random, depth + 1)
                                : JSON.textNode("value"));
            }
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, String name, Random random, int depth) {
        var array = JSON.arrayNode();
        int min = schema.path("minItems").asInt(0);
        int max = Math.min(schema.path("maxItems").asInt(5), random.nextInt(20) == 0 ? 300 : 5);
        int size = min + random.nextInt(Math.max(1, max - min + 1));
        for (int i = 0; i < size; i++) {
            var item = value(schema.path("items"), name, random, depth + 1);
            if (!schema.path("uniqueItems").asBoolean()
                    || array.valueStream().noneMatch(item::equals)) {
                array.add(item);
            }
        }
        return array;
    }

    private static String text(JsonNode schema, Random random) {
        return switch (schema.path("format").asText()) {
            case "uuid" -> new UUID(random.nextLong(), random.nextLong()).toString();
            case "date-time" -> "2026-12-24T18:00:00.5+0" + random.nextInt(10) + ":30";
            case "date" -> "2026-12-24";
            default -> {
                int min = Math.max(1, schema.path("minLength").asInt(1));
                int max = Math.min(schema.path("maxLength").asInt(20), 20);
                int length = min + random.nextInt(Math.max(1, max - min + 1));
                yield random.ints(length, 'a', 'z' + 1)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
            }
        };
    }

    /** The same with one thing changed, somewhere. */
    private JsonNode spoil(JsonNode body, Random random) {
        var places = new ArrayList<JsonNode>();
        collect(body, places);
        var place = HostileValues.pick(places, random);
        if (place instanceof ObjectNode object) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            if (names.isEmpty() || random.nextInt(4) == 0) {
                object.set(HostileValues.text(random), HostileValues.value(random));
            } else if (random.nextInt(4) == 0) {
                object.remove(HostileValues.pick(names, random));
            } else {
                object.set(HostileValues.pick(names, random), HostileValues.value(random));
            }
            return body;
        }
        if (place instanceof ArrayNode array) {
            if (array.isEmpty() || random.nextInt(3) == 0) {
                array.add(HostileValues.value(random));
            } else if (random.nextBoolean()) {
                array.add(array.get(0).deepCopy());
            } else {
                array.set(random.nextInt(array.size()), HostileValues.value(random));
            }
            return body;
        }
        return HostileValues.value(random);
    }

    private static void collect(JsonNode node, List<JsonNode> places) {
        if (node.isContainerNode()) {
            places.add(node);
            node.forEach(child -> collect(child, places));
        } else if (places.isEmpty()) {
            places.add(node);
        }
    }

    /** Follows references and puts the parts of an allOf together. */
    private JsonNode resolve(JsonNode schema) {
        if (schema.has("$ref")) {
            return resolve(document.at(schema.path("$ref").asText().substring(1)));
        }
        if (!schema.has("allOf")) {
            return schema;
        }
        var whole = JSON.objectNode();
        for (var part : schema.path("allOf")) {
            for (var field : resolve(part).properties()) {
                var there = whole.get(field.getKey());
                if (there instanceof ObjectNode object && field.getValue().isObject()) {
                    object.setAll((ObjectNode) field.getValue());
                } else {
                    whole.set(field.getKey(), field.getValue().deepCopy());
                }
            }
        }
        return whole;
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return WRITER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private static String oneLine(String text) {
        var line = text.replaceAll("[\r\n]", " ");
        return line.substring(0, Math.min(line.length(), 5_000));
    }

    private static byte[] large() {
        var body = new byte[20 * 1024 * 1024];
        Arrays.fill(body, (byte) ' ');
        body[0] = '{';
        body[body.length - 1] = '}';
        return body;
    }

    private static byte[] gzip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static List<Operation> operations(JsonNode document) {
        var operations = new ArrayList<Operation>();
        for (var path : document.path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    var parameters = new ArrayList<JsonNode>();
                    path.getValue().path("parameters").forEach(parameters::add);
                    operation.getValue().path("parameters").forEach(parameters::add);
                    parameters.replaceAll(parameter ->
                            parameter.has("$ref")
                                    ? document.at(parameter.path("$ref").asText().substring(1))
                                    : parameter);
                    operations.add(
                            new Operation(
                                    operation.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    operation.getValue(),
                                    parameters));
                }
            }
        }
        return operations;
    }

    private static JsonNode read() {
        try (var stream = Catalog.class.getResourceAsStream("/openapi.yaml")) {
            return new YAMLMapper().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
