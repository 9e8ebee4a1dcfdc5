package io.herald.local.outside;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Holds what the stand-in says to the provider protocol's document. */
final class ProviderProtocol {

    private final JsonNode document;

    ProviderProtocol() throws IOException {
        document =
                new YAMLMapper()
                        .readTree(
                                Path.of(System.getProperty("herald.root"))
                                        .resolve("docs/provider-protocol.yaml")
                                        .toFile());
    }

    /** What is wrong with the body of an answer of a path of the document. */
    List<String> violationsOfAnswer(String path, int status, String body) {
        return check(
                document.path("paths")
                        .path(path)
                        .at("/post/responses/" + status + "/content/application~1json/schema"),
                body);
    }

    /** What is wrong with a call that brings receipts. */
    List<String> violationsOfReceipts(String body) {
        return check(
                document.at("/webhooks/receipts/post/requestBody/content/application~1json/schema"),
                body);
    }

    private List<String> check(JsonNode schema, String body) {
        if (!schema.isObject()) {
            throw new IllegalArgumentException("the document has no such schema");
        }
        var whole = JsonNodeFactory.instance.objectNode();
        whole.putArray("allOf").add(schema);
        whole.set("components", document.path("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole.toString(), InputFormat.JSON)
                .validate(
                        body,
                        InputFormat.JSON,
                        context ->
                                context.executionConfig(
                                        config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Error::toString)
                .toList();
    }
}
