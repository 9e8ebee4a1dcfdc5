package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.herald.api.http.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

final class DocumentationApiTest {
    private final World world = new World();

    @Test
    void serves_its_description_as_json() throws IOException {
        var answer = world.get("/openapi.json").anonymous().answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("Content-Type", "application/json");
        try (var yaml = getClass().getResourceAsStream("/openapi.yaml")) {
            assertThat(answer.body()).isEqualTo(new YAMLMapper().readTree(yaml));
        }
    }

    @Test
    void its_description_names_where_it_was_asked_for() {
        var address = "https://abc.example.com/prod";

        var answer = world.get("/openapi.json").anonymous().at(address).answer();

        assertThat(answer.body().path("servers").findValuesAsText("url")).containsExactly(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.json", "/docs", "/problems/invalid"})
    void is_kept_by_who_has_it(String path) {
        var first = world.get(path).anonymous().answer();
        var tag = first.headers().getOrDefault("ETag", "");

        var again = world.get(path).anonymous().header("If-None-Match", tag).answer();

        assertThat(tag).startsWith("\"");
        assertThat(first.headers().get("Cache-Control")).contains("max-age");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.text()).isEmpty();
        assertThat(again.headers()).containsEntry("ETag", tag);
        assertThat(world.get(path).header("If-None-Match", "\"x\"").answer().text())
                .isEqualTo(first.text());
        world.get(path).header("If-None-Match", "x").answer().isProblem(400, "malformed");
    }

    @Test
    void needs_no_store() {
        world.stores.goDown();

        for (var path : List.of("/openapi.json", "/docs", "/problems/internal")) {
            assertThat(world.get(path).answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_type_of_problem_has_a_page(Problem.Type type) throws Exception {
        var answer = world.get(type.uri("")).anonymous().answer();

        assertThat(answer.status()).isEqualTo(200);
        var page = parse(answer.text());
        assertThat(texts(page, "h1")).containsExactly(type.title());
        assertThat(page.getElementsByTagName("p").getLength()).isGreaterThan(2);
        assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
        isOutlined(page);
        isSafeInABrowser(answer);
        for (var link : elements(page, "a")) {
            var address = URI.create(type.uri("")).resolve(link.getAttribute("href"));
            if (!address.getPath().equals(type.uri(""))) {
                var target = world.get(address.getPath()).anonymous().answer();
                assertThat(target.status()).as(address.toString()).isEqualTo(200);
                assertThat(address.getFragment()).isIn(null, "problems");
                assertThat(ids(parse(target.text()))).contains("problems");
            }
        }
    }

    @Test
    void the_type_of_a_problem_leads_to_its_page_from_every_deployment() {
        world.hasUser(world.tenant, "ada");
        var item = "{\"notifications\": [5]}";

        for (var address :
                List.of(
                        "https://api.example.com",
                        "https://abc.example.com/prod",
                        "http://[::1]:80")) {
            var nothing = world.get("/v1/users/nobody").at(address).answer();
            var batch = world.post("/v1/notifications/batch").json(item).at(address).answer();

            for (var type :
                    List.of(
                            nothing.body().path("type").asText(),
                            batch.body().path("type").asText(),
                            batch.body().at("/data/0/problem/type").asText())) {
                assertThat(type).startsWith(address + "/problems/");
                var path = type.substring(address.length());
                assertThat(world.get(path).at(address).anonymous().answer().status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void types_of_problems_are_told_apart() {
        assertThat(Problem.Type.values()).extracting(Problem.Type::slug).doesNotHaveDuplicates();
        assertThat(Problem.Type.values()).extracting(Problem.Type::title).doesNotHaveDuplicates();
        world.get("/problems/none").answer().isProblem(404, "not-found");
    }

    @Test
    void the_page_has_every_operation_and_every_schema() throws Exception {
        var page = parse(world.get("/docs").anonymous().answer().text());
        var document = world.get("/openapi.json").answer().body();

        var ids = ids(page);
        for (var path : document.path("paths")) {
            for (var operation : path) {
                if (operation.has("operationId")) {
                    assertThat(ids).contains(operation.path("operationId").asText());
                    assertThat(texts(page, "h3")).contains(operation.path("summary").asText());
                }
            }
        }
        for (var schema : names(document.at("/components/schemas"))) {
            assertThat(ids).contains("schema-" + schema);
        }
    }

    @Test
    void every_operation_shows_its_parameters_its_fields_its_examples_and_its_errors()
            throws Exception {
        var article = article(parse(world.get("/docs").answer().text()), "putTemplate");

        assertThat(article)
                .contains("PUT", "/v1/templates/{key}", "If-Match", "required", "TemplateContent")
                .contains("order.shipped", "201", "428", "scope manage", "ETag")
                .doesNotContain("$ref", "`");
    }

    @Test
    void every_link_leads_somewhere() throws Exception {
        var page = parse(world.get("/docs").answer().text());
        var ids = ids(page);

        var links = elements(page, "a").stream().map(link -> link.getAttribute("href")).toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(links).isNotEmpty();
        for (var link : links) {
            if (link.startsWith("#")) {
                assertThat(ids).contains(link.substring(1));
            } else {
                assertThat(world.get("/" + link).answer().status()).as(link).isEqualTo(200);
            }
        }
    }

    @Test
    void the_page_is_made_for_everyone() throws Exception {
        var answer = world.get("/docs").answer();
        var page = parse(answer.text());

        isSafeInABrowser(answer);
        assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
        assertThat(elements(page, "main")).hasSize(1);
        assertThat(elements(page, "h1")).hasSize(1);
        isOutlined(page);
        assertThat(texts(page, "title")).containsExactly("Herald API");
        assertThat(elements(page, "meta").stream().map(meta -> meta.getAttribute("name")))
                .contains("viewport", "color-scheme");
        assertThat(elements(page, "nav")).allMatch(nav -> nav.hasAttribute("aria-label"));
        assertThat(elements(page, "th")).allMatch(head -> head.getAttribute("scope").equals("col"));
        assertThat(answer.text()).contains("prefers-color-scheme: dark");
        assertThat(answer.size()).isLessThan(1_000_000);
    }

    /** One heading of the first level, and none that skips a level below the one before. */
    private static void isOutlined(Document page) {
        var levels =
                elements(page, "*").stream()
                        .map(Element::getTagName)
                        .filter(name -> name.matches("h[1-6]"))
                        .map(name -> name.charAt(1) - '0')
                        .toList();
        assertThat(levels).startsWith(1).containsOnlyOnce(1);
        for (int i = 1; i < levels.size(); i++) {
            assertThat(levels.get(i))
                    .as("heading %d", i)
                    .isLessThanOrEqualTo(levels.get(i - 1) + 1);
        }
    }

    private static void isSafeInABrowser(World.Answer answer) throws Exception {
        assertThat(answer.headers())
                .containsEntry("Content-Type", "text/html; charset=utf-8")
                .containsEntry("X-Content-Type-Options", "nosniff");
        var style = texts(parse(answer.text()), "style");
        var digest =
                Base64.getEncoder()
                        .encodeToString(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(style.getFirst().getBytes(StandardCharsets.UTF_8)));
        assertThat(style).hasSize(1);
        assertThat(answer.headers().get("Content-Security-Policy"))
                .startsWith("default-src 'none';")
                .doesNotContain("script", "unsafe", "http", "*")
                .contains("style-src 'sha256-" + digest + "'");
        assertThat(answer.text())
                .doesNotContain("<script", "<img", "<link", " style=", " onclick=", "http:");
    }

    /** Fails unless it is well-formed: what was not escaped, or not closed, shows. */
    private static Document parse(String html) throws Exception {
        assertThat(html).startsWith("<!DOCTYPE html>");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.substring(15))));
    }

    private static List<String> ids(Document page) {
        return elements(page, "*").stream()
                .map(element -> element.getAttribute("id"))
                .filter(id -> !id.isEmpty())
                .toList();
    }

    private static String article(Document page, String id) {
        return elements(page, "article").stream()
                .filter(each ->
                        each.getElementsByTagName("h3").item(0) instanceof Element head
                                && head.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow()
                .getTextContent();
    }

    private static List<String> texts(Document page, String tag) {
        return elements(page, tag).stream().map(Element::getTextContent).toList();
    }

    private static List<Element> elements(Document page, String tag) {
        var nodes = page.getElementsByTagName(tag);
        var elements = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static Set<String> names(JsonNode node) {
        var names = new TreeSet<String>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            names.add(entry.getKey());
        }
        return names;
    }
}
