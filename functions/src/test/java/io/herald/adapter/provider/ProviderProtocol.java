package io.herald.adapter.provider;

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

/** Holds what is sent to the provider protocol's document. */
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

    /** What is wrong with the body of a request to a path of the document. */
    List<String> violations(String path, String body) {
        return check(
                document.path("paths")
                        .path(path)
                        .at("/post/requestBody/content/application~1json/schema"),
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
