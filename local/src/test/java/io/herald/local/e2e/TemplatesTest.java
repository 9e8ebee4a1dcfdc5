package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Templates and categories, and the pages that explain them, as an application meets them. */
class TemplatesTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PATH = "/v1/templates/order-shipped";

    private final Stack stack = Stack.current();
    private Api api = stack.newTenant().api();

    @BeforeEach
    void a_tenant_with_a_user_and_a_template() {
        api = stack.newTenant().api();
        api.put("/v1/users/ada", "{\"email\": \"ada@example.com\"}").expect(201);
        api.put(PATH, Stack.ORDER_SHIPPED).expect(201);
    }

    @Test
    void of_writers_that_saw_the_same_version_one_wins() throws Exception {
        var tasks = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 10; i++) {
            var body = "{\"inbox\": {\"title\": \"Writer %d\"}}".formatted(i);
            tasks.add(() -> api.call("PUT", PATH, body, "If-Match", "\"1\"").status());
        }
        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(tasks)) {
                statuses.add(result.get());
            }
        }

        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
        assertThat(statuses.stream().filter(status -> status != 200)).containsOnly(412);
        var newest = api.get(PATH).expect(200);
        assertThat(newest.body().path("version").asInt()).isEqualTo(2);
        assertThat(newest.response().headers().firstValue("ETag")).hasValue("\"2\"");
    }

    @Test
    void what_was_accepted_is_sent_although_its_template_was_archived() {
        stack.pauseDelivery("inbox");
        String id;
        try {
            id = api.send("ada", "inbox", "order-shipped", "{\"order\": \"E-1\"}");
            api.delete(PATH).expect(204);
        } finally {
            stack.resumeDelivery("inbox");
        }

        assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
        var refused =
                api.post(
                                "/v1/notifications",
                                """
                                {"userId": "ada", "channels": ["inbox"],
                                 "template": "order-shipped", "payload": {"order": "E-2"}}\
                                """)
                        .expect(422);
        assertThat(refused.body().at("/errors/0/pointer").asText()).isEqualTo("/template");
        api.put(PATH, Stack.ORDER_SHIPPED).expect(201);
        var again = api.send("ada", "inbox", "order-shipped", "{\"order\": \"E-3\"}");
        assertThat(api.settled(again, SOON)).isEqualTo("DELIVERED");
    }

    @Test
    void a_category_of_ones_own_leads_through_the_urgent_lane() {
        api.put("/v1/categories/alarm", "{\"lane\": \"urgent\", \"guarantee\": \"atMostOnce\"}")
                .expect(201);
        stack.pauseDelivery("inbox");
        try {
            var id =
                    api.post(
                                    "/v1/notifications",
                                    """
                                    {"userId": "ada", "channels": ["inbox"], "category": "alarm",
                                     "template": "order-shipped", "payload": {"order": "F-1"}}\
                                    """)
                            .expect(202)
                            .body()
                            .at("/data/0/id")
                            .asText();

            assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
        } finally {
            stack.resumeDelivery("inbox");
        }
    }

    @Test
    void the_type_of_every_problem_leads_to_a_page() throws Exception {
        var unknown = api.get("/v1/nothing").expect(404).body().path("type").asText();
        var gateways = api.get("/v1/users/%ff").expect(400).body().path("type").asText();

        for (var url : new String[] {unknown, gateways, stack.url() + "/docs"}) {
            var page = page(url);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type"))
                    .hasValue("text/html; charset=utf-8");
            assertThat(page.body()).startsWith("<!DOCTYPE html>");
        }
        assertThat(
                        Api.JSON
                                .readTree(page(stack.url() + "/openapi.json").body())
                                .path("openapi")
                                .asText())
                .startsWith("3.0");
    }

    private HttpResponse<String> page(String url) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
