package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.herald.api.http.Problem;
import io.herald.category.Category;
import io.herald.contract.Samples;
import io.herald.job.JobKind;
import io.herald.job.JobState;
import io.herald.notification.Channel;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document says what the code does, and the other way round. */
final class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    // What no route answers cannot be described under one.
    private static final Set<Problem.Type> OF_NO_ROUTE =
            Set.of(
                    Problem.Type.METHOD_NOT_ALLOWED,
                    Problem.Type.REQUEST_TIMEOUT,
                    Problem.Type.URI_TOO_LONG,
                    Problem.Type.HEADERS_TOO_LARGE,
                    Problem.Type.HTTP_VERSION_NOT_SUPPORTED);

    private final World world = new World();
    private final JsonNode document = read();

    private record Operation(String method, String path, JsonNode item, JsonNode node) {
        String name() {
            return method + " " + path;
        }
    }

    @Test
    void every_operation_is_a_route_and_the_other_way_round() {
        assertThat(operations().stream().map(Operation::name))
                .containsExactlyInAnyOrderElementsOf(
                        world.routes().stream()
                                .map(route -> route.method() + " " + route.template())
                                .toList());
    }

    @Test
    void every_operation_names_its_parameters_and_its_scope() {
        for (var route : world.routes()) {
            var operation = operation(route.method() + " " + route.template());
            var inQuery = new TreeSet<String>();
            var inPath = new TreeSet<String>();
            Stream.concat(
                            operation.item().path("parameters").valueStream(),
                            operation.node().path("parameters").valueStream())
                    .map(this::resolve)
                    .filter(parameter -> !parameter.path("in").asText().equals("header"))
                    .forEach(parameter ->
                            (parameter.path("in").asText().equals("query") ? inQuery : inPath)
                                    .add(parameter.path("name").asText()));
            assertThat(inQuery).containsExactlyInAnyOrderElementsOf(route.queryParameters());
            assertThat(inPath).allMatch(name -> route.template().contains("{" + name + "}"));
            assertThat(route.template().chars().filter(c -> c == '{').count())
                    .isEqualTo(inPath.size());
            var scope = route.scope();
            if (scope == null) {
                assertThat(operation.node().path("security").isArray()).isTrue();
            } else {
                assertThat(operation.node().path("description").asText())
                        .containsIgnoringWhitespaces(
                                "scope `" + scope.name().toLowerCase(Locale.ROOT) + "`");
            }
        }
    }

    @Test
    void every_operation_has_an_id_and_a_summary_of_its_own() {
        for (var field : List.of("operationId", "summary")) {
            assertThat(operations().stream().map(each -> each.node().path(field).asText()))
                    .doesNotHaveDuplicates()
                    .noneMatch(String::isBlank);
        }
    }

    @Test
    void every_example_of_a_body_is_taken() {
        world.hasUser(world.tenant, "ada");
        world.hasUser(world.tenant, "grace");
        world.hasTemplate(world.tenant, "order-shipped", "order");
        world.hasTemplate(world.tenant, "one-time-password", "code");
        int tried = 0;
        for (var operation : operations()) {
            for (var example : examplesOf(operation)) {
                var path =
                        operation
                                .path()
                                .replace("{userId}", "ada")
                                .replace("{provider}/{connection}", "http/default")
                                .replace("{key}", keyFor(operation.path(), tried))
                                .replace("{id}", idFor(operation.path()));
                var answer =
                        world.request(operation.method(), path)
                                .header("Content-Type", example.mediaType())
                                .body(example.body().toString())
                                .signed()
                                .answer();
                assertThat(answer.status()).as(answer.text()).isBetween(200, 204);
                assertThat(operation.node().path("responses").has("" + answer.status())).isTrue();
                assertThat(answer.body().path("rejected").asInt()).isZero();
                tried++;
            }
        }
        assertThat(tried).isEqualTo(21);
    }

    @Test
    void every_operation_lists_every_answer_it_may_give() {
        for (var route : world.routes()) {
            var operation = operation(route.method() + " " + route.template());
            // What the gateway answers by itself, and what can befall each of ours.
            var expected = new TreeSet<>(Set.of("422", "429", "500", "502", "503", "504"));
            if (route.scope() != null) {
                expected.addAll(Set.of("400", "401", "403"));
            }
            if (operation.node().has("requestBody")) {
                expected.addAll(Set.of("413", "415"));
            }
            assertThat(names(operation.node().path("responses")))
                    .as(operation.name())
                    .containsAll(expected);
        }
    }

    @Test
    void every_problem_is_described() {
        var described = new TreeSet<String>();
        for (var operation : operations()) {
            operation.node().path("responses").fieldNames().forEachRemaining(described::add);
        }
        for (var type : Problem.Type.values()) {
            if (!OF_NO_ROUTE.contains(type)) {
                assertThat(described).contains("" + type.status());
            }
        }
    }

    @Test
    void its_enumerations_are_those_of_the_code() {
        assertThat(enumeration("Channel"))
                .containsExactlyElementsOf(
                        Arrays.stream(Channel.values()).map(Channel::text).toList());
        assertThat(document.at("/components/schemas/CategoryKey/description").asText())
                .contains(Category.BUILT_IN.stream().map(each -> "`" + each.key() + "`").toList());
        assertThat(texts(document.at("/components/schemas/Job/properties/kind/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(JobKind.values()).map(JobKind::text).toList());
        assertThat(texts(document.at("/components/schemas/Job/properties/state/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(JobState.values()).map(JobState::text).toList());
        assertThat(enumeration("Guarantee")).hasSameSizeAs(Guarantee.values());
        assertThat(enumeration("Status"))
                .containsExactlyElementsOf(
                        Arrays.stream(Status.values()).map(Status::name).toList());
        assertThat(texts(document.at("/components/schemas/Event/properties/kind/enum")))
                .containsExactlyElementsOf(
                        Stream.concat(
                                        Stream.of("accepted"),
                                        Arrays.stream(EventKind.values())
                                                .map(kind -> kind.name().toLowerCase(Locale.ROOT)))
                                .toList());
    }

    @Test
    void every_schema_of_an_answer_names_the_fields_that_are_answered() {
        var id = world.hasNotification(world.tenant, "ada");
        var notification = world.get("/v1/notifications/" + id).answer().body();
        var summary = fieldNames("NotificationSummary");
        summary.addAll(List.of("payload", "content"));

        assertThat(names(notification)).containsExactlyInAnyOrderElementsOf(summary);
        assertThat(names(world.get("/v1/users/ada").answer().body()))
                .containsExactlyElementsOf(fieldNames("User"));
        assertThat(names(world.get("/v1/templates/order-shipped").answer().body()))
                .containsExactlyElementsOf(fieldNames("Template"));
        assertThat(names(world.get("/v1/templates").answer().body().at("/data/0")))
                .containsExactlyElementsOf(fieldNames("TemplateSummary"));
        assertThat(
                        names(
                                world.post("/v1/templates/order-shipped/preview")
                                        .json("{}")
                                        .answer()
                                        .body()))
                .containsExactlyElementsOf(fieldNames("Preview"));
        assertThat(names(world.get("/v1/categories/security").answer().body()))
                .containsExactlyElementsOf(fieldNames("Category"));
        assertThat(
                        names(
                                world.get("/v1/notifications/" + id + "/events")
                                        .answer()
                                        .body()
                                        .at("/data/0")))
                .containsExactlyElementsOf(fieldNames("Event"));
        world.stores.happened(
                Samples.event(world.clock, id, 1, EventKind.REFUSED, Status.FAILED, 1));
        var letter = fieldNames("DeadLetterSummary");
        assertThat(names(world.get("/v1/dead-letters").answer().body().at("/data/0")))
                .containsExactlyElementsOf(letter);
        letter.addAll(List.of("payload", "content", "metadata", "events", "value"));
        assertThat(names(world.get("/v1/dead-letters/" + id).answer().body()))
                .containsExactlyElementsOf(letter);
        assertThat(
                        names(
                                world.post("/v1/dead-letters/replay")
                                        .json("{\"all\": true}")
                                        .answer()
                                        .body()))
                .containsExactlyElementsOf(fieldNames("Job"));
        var userEvent = fieldNames("Event");
        userEvent.addAll(0, List.of("notificationId", "channel", "template"));
        assertThat(names(world.get("/v1/users/ada/events").answer().body().at("/data/0")))
                .containsExactlyElementsOf(userEvent);
        assertThat(names(world.get("/v1/users/x").answer().body()))
                .isSubsetOf(fieldNames("Problem"));
    }

    @Test
    void every_reference_leads_somewhere_and_nothing_is_vendors_own() {
        document.findValuesAsText("$ref")
                .forEach(reference -> assertThat(at(reference).isMissingNode()).isFalse());
        assertThat(document.toString()).doesNotContain("x-amazon");
        var used = new TreeSet<>(document.findValuesAsText("$ref"));
        for (var kind : List.of("schemas", "responses", "parameters", "headers")) {
            document.at("/components/" + kind)
                    .fieldNames()
                    .forEachRemaining(
                            name -> assertThat(used).contains("#/components/" + kind + "/" + name));
        }
    }

    private static String keyFor(String path, int number) {
        return path.endsWith("/preview") ? "order-shipped" : "new-" + number;
    }

    /** Of a notification with which it can be done. */
    private String idFor(String path) {
        if (path.endsWith("/reschedule")) {
            return world.hasScheduled(world.tenant, "ada", "2026-12-24T18:00:00Z").toString();
        }
        var id = world.hasNotification(world.tenant, "ada");
        world.stores.happened(Samples.event(world.clock, id, 1, EventKind.LOST, Status.UNKNOWN, 1));
        return id.toString();
    }

    private List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        for (var path : document.path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    operations.add(
                            new Operation(
                                    operation.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    path.getValue(),
                                    operation.getValue()));
                }
            }
        }
        return operations;
    }

    private Operation operation(String name) {
        return operations().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private record Example(String mediaType, JsonNode body) {}

    private static List<Example> examplesOf(Operation operation) {
        var examples = new ArrayList<Example>();
        for (var content : operation.node().at("/requestBody/content").properties()) {
            if (content.getValue().has("example")) {
                examples.add(new Example(content.getKey(), content.getValue().path("example")));
            }
            content.getValue()
                    .path("examples")
                    .forEach(example ->
                            examples.add(new Example(content.getKey(), example.path("value"))));
        }
        if (operation.node().has("requestBody")) {
            assertThat(examples).as(operation.name()).isNotEmpty();
        }
        return examples;
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? at(node.path("$ref").asText()) : node;
    }

    private JsonNode at(String reference) {
        assertThat(reference).startsWith("#/");
        return document.at(reference.substring(1));
    }

    private List<String> enumeration(String schema) {
        return texts(document.at("/components/schemas/" + schema + "/enum"));
    }

    private List<String> fieldNames(String schema) {
        return names(document.at("/components/schemas/" + schema + "/properties"));
    }

    private static List<String> names(JsonNode node) {
        var names = new ArrayList<String>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    private static JsonNode read() {
        try (var stream = OpenApiTest.class.getResourceAsStream("/openapi.yaml")) {
            return new YAMLMapper().readTree(stream);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
