package io.herald.api.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.herald.api.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The OpenAPI document of the API. */
public record OpenApiDocument(JsonNode root) {
    /** Where the API is in examples. */
    static final String EXAMPLE_ADDRESS = "https://herald.example.com";

    private static final String RESOURCE = "/openapi.yaml";
    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    /**
     * An operation.
     *
     * @param method in upper case
     * @param parameters resolved; those of its path among them
     * @param node what the document says of it
     */
    record Operation(String method, String path, List<JsonNode> parameters, JsonNode node) {
        String id() {
            return node.path("operationId").asText();
        }

        boolean isTagged(String tag) {
            return node.path("tags").valueStream().anyMatch(each -> each.asText().equals(tag));
        }
    }

    /** The one that lies beside the code. */
    public static OpenApiDocument read() {
        try (var stream = OpenApiDocument.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is not among the resources");
            }
            return new OpenApiDocument(new YAMLMapper().readTree(stream));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The document as JSON.
     *
     * @param address where its paths begin; empty for the root of the host that it is read from
     */
    public String json(String address) {
        var document = Json.object();
        root.properties().forEach(field -> document.set(field.getKey(), field.getValue()));
        if (!address.isEmpty()) {
            document.putArray("servers").addObject().put("url", address);
        }
        return Json.write(document);
    }

    /** In the order of the document. */
    List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        for (var path : root.path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    operations.add(
                            operation(
                                    operation.getKey(),
                                    path.getKey(),
                                    path.getValue(),
                                    operation.getValue()));
                }
            }
        }
        return operations;
    }

    private Operation operation(String method, String path, JsonNode item, JsonNode node) {
        var parameters = new ArrayList<JsonNode>();
        item.path("parameters").forEach(parameter -> parameters.add(resolve(parameter)));
        node.path("parameters").forEach(parameter -> parameters.add(resolve(parameter)));
        return new Operation(method.toUpperCase(Locale.ROOT), path, parameters, node);
    }

    /** What a reference leads to; the node itself when it is none. */
    JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? root.at(node.path("$ref").asText().substring(1)) : node;
    }
}
