package io.herald.api.docs;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.api.docs.OpenApiDocument.Operation;
import io.herald.api.http.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page that says all of the OpenAPI document to people. */
final class ReferencePage {
    private final OpenApiDocument document;
    private final StringBuilder html = new StringBuilder();

    private ReferencePage(OpenApiDocument document) {
        this.document = document;
    }

    static String of(OpenApiDocument document) {
        return new ReferencePage(document).page();
    }

    private String page() {
        var info = document.root().path("info");
        var title = info.path("title").asText() + " API";
        html.append(Markdown.blocks(info.path("description").asText()));
        for (var tag : document.root().path("tags")) {
            section(tag);
        }
        problems();
        schemas();
        return Html.page(title, head(title) + contents(), html.toString());
    }

    private static String head(String title) {
        return "<header>\n<h1>"
                + Html.escape(title)
                + "</h1>\n<p>The same for programs: "
                + Html.link("openapi.json", "openapi.json")
                + " (OpenAPI 3.0).</p>\n</header>\n";
    }

    private String contents() {
        var nav = new StringBuilder("<nav class=\"contents\" aria-label=\"Contents\">\n");
        for (var tag : document.root().path("tags")) {
            var name = tag.path("name").asText();
            nav.append("<p><strong>")
                    .append(Html.link("#" + tagAnchor(name), Html.escape(name)))
                    .append("</strong></p>\n<ul>");
            for (var operation : tagged(name)) {
                var summary = operation.node().path("summary").asText();
                nav.append("<li>")
                        .append(Html.link("#" + operation.id(), Html.escape(summary)))
                        .append("</li>");
            }
            nav.append("</ul>\n");
        }
        return nav.append("<p><strong>")
                .append(Html.link("#problems", "Problems"))
                .append(" and ")
                .append(Html.link("#schemas", "schemas"))
                .append("</strong></p>\n</nav>\n")
                .toString();
    }

    private static String tagAnchor(String tag) {
        return "tag-" + tag;
    }

    private List<Operation> tagged(String tag) {
        return document.operations().stream().filter(each -> each.isTagged(tag)).toList();
    }

    private void section(JsonNode tag) {
        var name = tag.path("name").asText();
        html.append("<section>\n<h2 id=\"").append(tagAnchor(name)).append("\">");
        html.append(Html.escape(name)).append("</h2>\n");
        html.append(Markdown.blocks(tag.path("description").asText()));
        tagged(name).forEach(this::operation);
        html.append("</section>\n");
    }

    private void operation(Operation operation) {
        html.append("<article>\n<h3 id=\"").append(operation.id()).append("\">");
        html.append(Html.escape(operation.node().path("summary").asText())).append("</h3>\n");
        html.append("<p class=\"route\"><strong>").append(operation.method());
        html.append("</strong> ").append(Html.code(operation.path())).append("</p>\n");
        html.append(Markdown.blocks(operation.node().path("description").asText()));
        if (operation.node().path("security").isArray()) {
            html.append("<p>Needs no key.</p>\n");
        }
        parameters(operation);
        body(operation);
        answers(operation);
        html.append("</article>\n");
    }

    private void parameters(Operation operation) {
        if (operation.parameters().isEmpty()) {
            return;
        }
        html.append("<h4>Parameters</h4>\n");
        var table = new Html.Table(List.of("Name", "Where", "Type", "Meaning"));
        for (var parameter : operation.parameters()) {
            var schema = parameter.path("schema");
            table.row(
                    List.of(
                            Html.code(parameter.path("name").asText()),
                            Html.escape(
                                    parameter.path("in").asText()
                                            + (parameter.path("required").asBoolean()
                                                    ? ", required"
                                                    : "")),
                            SchemaText.type(schema),
                            SchemaText.description(parameter)
                                    + (schema.has("$ref") ? "" : SchemaText.description(schema))));
        }
        html.append(table.html());
    }

    private void body(Operation operation) {
        var content = operation.node().at("/requestBody/content/application~1json");
        if (content.isMissingNode()) {
            return;
        }
        html.append("<h4>Body</h4>\n<p>").append(SchemaText.type(content.path("schema")));
        html.append("</p>\n");
        examples(content);
    }

    private void answers(Operation operation) {
        html.append("<h4>Answers</h4>\n");
        var table = new Html.Table(List.of("Status", "Meaning", "Content"));
        var shown = new LinkedHashMap<String, JsonNode>();
        for (var entry : operation.node().path("responses").properties()) {
            var response = document.resolve(entry.getValue());
            table.row(
                    List.of(
                            entry.getKey(),
                            Markdown.blocks(response.path("description").asText()),
                            contents(response)));
            if (entry.getKey().startsWith("2")) {
                shown.put(entry.getKey(), response);
            }
        }
        html.append(table.html());
        shown.values().forEach(response -> response.path("content").forEach(this::examples));
    }

    private static String contents(JsonNode response) {
        var contents = new ArrayList<String>();
        for (var content : response.path("content").properties()) {
            contents.add(
                    Html.code(content.getKey())
                            + ": "
                            + SchemaText.type(content.getValue().path("schema")));
        }
        for (var header : response.path("headers").properties()) {
            contents.add("header " + Html.code(header.getKey()));
        }
        return String.join("<br/>", contents);
    }

    private void examples(JsonNode content) {
        if (content.has("example")) {
            html.append(Html.listing("Example", content.path("example").toPrettyString()));
        }
        for (var example : content.path("examples").properties()) {
            var summary = example.getValue().path("summary").asText();
            html.append("<details><summary>").append(Html.escape(summary)).append("</summary>\n");
            html.append(Html.listing(summary, example.getValue().path("value").toPrettyString()));
            html.append("</details>\n");
        }
    }

    private void problems() {
        html.append("<section>\n<h2 id=\"problems\">Problems</h2>\n");
        html.append(
                "<p>What the last part of the <code>type</code> of a problem document"
                        + " stands for.</p>\n");
        var table = new Html.Table(List.of("Status", "Type", "Meaning"));
        for (var type : Problem.Type.values()) {
            table.row(
                    List.of(
                            Integer.toString(type.status()),
                            Html.link("problems/" + type.slug(), Html.code(type.slug())),
                            Html.escape(type.title())));
        }
        html.append(table.html()).append("</section>\n");
    }

    private void schemas() {
        html.append("<section>\n<h2 id=\"schemas\">Schemas</h2>\n");
        for (var schema : document.root().at("/components/schemas").properties()) {
            html.append("<article>\n<h3 id=\"");
            html.append(SchemaText.anchorOf(schema.getKey())).append("\">");
            html.append(Html.escape(schema.getKey())).append("</h3>\n");
            schema(schema.getValue());
            html.append("</article>\n");
        }
        html.append("</section>\n");
    }

    private void schema(JsonNode schema) {
        html.append("<p class=\"quiet\">").append(SchemaText.type(schema)).append("</p>\n");
        html.append(SchemaText.description(schema));
        var properties = new LinkedHashMap<String, JsonNode>();
        var required = new ArrayList<String>();
        collect(schema, properties, required);
        schema.path("allOf").forEach(part -> collect(part, properties, required));
        if (!properties.isEmpty()) {
            html.append(propertyTable(properties, required));
        }
        if (schema.path("example").isContainerNode()) {
            html.append(Html.listing("Example", schema.path("example").toPrettyString()));
        }
    }

    private static void collect(
            JsonNode schema, Map<String, JsonNode> properties, List<String> required) {
        schema.path("properties")
                .properties()
                .forEach(property -> properties.put(property.getKey(), property.getValue()));
        schema.path("required").forEach(name -> required.add(name.asText()));
    }

    private static String propertyTable(Map<String, JsonNode> properties, List<String> required) {
        var table = new Html.Table(List.of("Field", "Type", "Meaning"));
        properties.forEach((name, property) -> {
            var type = SchemaText.type(property);
            table.row(
                    List.of(
                            Html.code(name),
                            required.contains(name) ? type + ", always" : type,
                            property.has("$ref") ? "" : SchemaText.description(property)));
        });
        return table.html();
    }
}
