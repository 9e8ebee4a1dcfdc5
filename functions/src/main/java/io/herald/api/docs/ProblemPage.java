package io.herald.api.docs;

import io.herald.api.http.Json;
import io.herald.api.http.Problem;

/** The page that the {@code type} of a problem document leads to. */
final class ProblemPage {
    private ProblemPage() {}

    static String of(Problem.Type type) {
        var example =
                Json.object()
                        .put("type", type.uri(OpenApiDocument.EXAMPLE_ADDRESS))
                        .put("title", type.title())
                        .put("status", type.status());
        return Html.page(
                type.title(),
                "<nav aria-label=\"Way back\"><p>"
                        + Html.link("../docs", "All of the API")
                        + ", "
                        + Html.link("../docs#problems", "all problems")
                        + "</p></nav>\n",
                "<h1>"
                        + Html.escape(type.title())
                        + "</h1>\n"
                        + Markdown.blocks(type.explanation())
                        + "<h2>How to know it</h2>\n"
                        + Html.listing("Members of the document", example.toPrettyString())
                        + "<p>What stands before <code>/problems/</code> is where you have reached the API;"
                        + " what comes after it never changes.</p>\n"
                        + "<p>A problem document (RFC 9457) also has <code>detail</code>, which is"
                        + " about the one call, and <code>requestId</code>.</p>\n");
    }
}
