package io.herald.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.api.http.Route;
import io.herald.contract.Samples;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.servers.SharedServers;
import io.herald.wiring.RealApi.Caller;
import io.herald.wiring.RealApi.Request;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What each route costs, as the servers themselves count it: statements in Postgres, with BEGIN and
 * COMMIT, and commands in Redis, with those inside a script. There are no more of them for a
 * hundred items than for one.
 */
final class StatementsTest {
    private static final Pattern CALLS = Pattern.compile("calls=(\\d+)");

    // What this test asks itself, what a connection begins with, and what scripts do.
    private static final String NO_ROUND_TRIP_OF_A_CALL =
            "cmdstat_(config|info|hello|client|ping|auth|get|getrange|set|time)[|:].*";

    private static final JsonMapper JSON = new JsonMapper();
    private static final RedisClient REDIS = RedisClient.create(SharedServers.get().redis().uri());

    private static final String TEMPLATE = "{\"inbox\": {\"title\": \"Hello\"}}";
    private static final String LATER =
            """
            {"userId": "user-0", "channels": ["inbox"], "template": "template-0",
             "scheduledFor": "%s"}\
            """
                    .formatted(inDays(1));
    private static final String MESSAGE =
            """
            {"userId": "user-0", "channels": ["inbox"], "template": "template-0"}\
            """;

    /**
     * Of each route: statements in Postgres, and commands in Redis. A new route needs a line, and a
     * call below. The key of the caller is in memory.
     */
    private static final String WITH_REDIS =
            """
            POST /v1/notifications               2   4
            POST /v1/notifications (key)         5   4
            POST /v1/notifications (key again)   1   4
            POST /v1/notifications (later)       3   4
            POST /v1/notifications/batch         2   4
            GET /v1/notifications                1   1
            GET /v1/notifications (userId)       1   1
            GET /v1/notifications (status)       1   1
            GET /v1/notifications/{id}           1   1
            GET /v1/notifications/{id}/events    2   1
            POST /v1/notifications/{id}/cancel   2   1
            POST /v1/notifications/{id}/cancel (attempt)   3   1
            POST /v1/notifications/{id}/reschedule   2   1
            POST /v1/notifications/{id}/resolve   2   1
            GET /v1/dead-letters                 2   1
            GET /v1/dead-letters (cause)         1   1
            GET /v1/dead-letters/{id}            3   1
            POST /v1/dead-letters/replay         2   1
            POST /v1/dead-letters/replay (key)   4   1
            POST /v1/dead-letters/discard        2   1
            GET /v1/jobs                         1   1
            GET /v1/jobs/{id}                    1   1
            POST /v1/jobs/{id}/cancel            3   1
            PUT /v1/users/{userId}               1   2
            GET /v1/users/{userId}               1   1
            GET /v1/users/{userId}/inbox         1   2
            GET /v1/users/{userId}/events        1   1
            GET /v1/users                        1   1
            GET /v1/users (email)                1   1
            PATCH /v1/users/{userId}             1   1
            DELETE /v1/users/{userId}            3   2
            GET /v1/templates                    1   1
            PUT /v1/templates/{key}              3   3
            GET /v1/templates/{key}              0   2
            GET /v1/templates/{key}/versions     1   1
            POST /v1/templates/{key}/preview     0   2
            DELETE /v1/templates/{key}           3   2
            GET /v1/categories                   0   2
            PUT /v1/categories/{key}             4   2
            GET /v1/categories/{key}             0   2
            DELETE /v1/categories/{key}          5   2
            POST /v1/callbacks/{provider}/{connection}   2   0
            """;

    private static final String WITHOUT_REDIS =
            """
            POST /v1/notifications               5   0
            POST /v1/notifications (key)         8   0
            POST /v1/notifications (key again)   4   0
            POST /v1/notifications (later)       6   0
            POST /v1/notifications/batch         5   0
            GET /v1/notifications                1   0
            GET /v1/notifications (userId)       1   0
            GET /v1/notifications (status)       1   0
            GET /v1/notifications/{id}           1   0
            GET /v1/notifications/{id}/events    2   0
            POST /v1/notifications/{id}/cancel   2   0
            POST /v1/notifications/{id}/cancel (attempt)   3   0
            POST /v1/notifications/{id}/reschedule   2   0
            POST /v1/notifications/{id}/resolve   2   0
            GET /v1/dead-letters                 2   0
            GET /v1/dead-letters (cause)         1   0
            GET /v1/dead-letters/{id}            3   0
            POST /v1/dead-letters/replay         2   0
            POST /v1/dead-letters/replay (key)   4   0
            POST /v1/dead-letters/discard        2   0
            GET /v1/jobs                         1   0
            GET /v1/jobs/{id}                    1   0
            POST /v1/jobs/{id}/cancel            3   0
            PUT /v1/users/{userId}               1   0
            GET /v1/users/{userId}               1   0
            GET /v1/users/{userId}/inbox         2   0
            GET /v1/users/{userId}/events        1   0
            GET /v1/users                        1   0
            GET /v1/users (email)                1   0
            PATCH /v1/users/{userId}             1   0
            DELETE /v1/users/{userId}            3   0
            GET /v1/templates                    1   0
            PUT /v1/templates/{key}              4   0
            GET /v1/templates/{key}              1   0
            GET /v1/templates/{key}/versions     1   0
            POST /v1/templates/{key}/preview     1   0
            DELETE /v1/templates/{key}           3   0
            GET /v1/categories                   1   0
            PUT /v1/categories/{key}             4   0
            GET /v1/categories/{key}             1   0
            DELETE /v1/categories/{key}          5   0
            POST /v1/callbacks/{provider}/{connection}   2   0
            """;

    private RealApi api = new RealApi(true);
    private Caller caller = api.caller();

    /**
     * @param before what makes that the call can be repeated
     */
    private record Measured(Supplier<Request> request, @Nullable Request before) {}

    private record Cost(List<String> statements, int calls, int commands) {

        /** Without what an environment asks once a second, whatever it is called for. */
        Cost {
            statements =
                    statements.stream().filter(sql -> !sql.contains("lane_congestion")).toList();
        }

        Cost least(Cost other) {
            return new Cost(
                    statements, Math.min(calls, other.calls), Math.min(commands, other.commands));
        }

        @Override
        public String toString() {
            return "%3d %3d".formatted(calls, commands);
        }
    }

    @AfterEach
    void close() {
        api.close();
    }

    @AfterAll
    static void disconnect() {
        REDIS.shutdown();
    }

    @Test
    void every_route_costs_what_it_did() throws Exception {
        var costs = costsOfAll(1);

        assertThat(table(costs)).isEqualTo(WITH_REDIS);
        assertThat(costs.keySet().stream().map(StatementsTest::routeOf).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        api.routes().stream()
                                .filter(route -> route.scope() != null || isCallback(route))
                                .map(route -> route.method() + " " + route.template())
                                .toList());
    }

    @Test
    void a_hundred_cost_as_much_as_one() throws Exception {
        assertThat(table(costsOfAll(100))).isEqualTo(WITH_REDIS);
    }

    @Test
    void without_redis_postgres_is_asked() throws Exception {
        api.close();
        api = new RealApi(false);
        caller = api.caller();

        assertThat(table(costsOfAll(100))).isEqualTo(WITHOUT_REDIS);
    }

    @Test
    void no_list_names_a_payload() throws Exception {
        costsOfAll(2)
                .forEach((call, cost) -> {
                    if (call.startsWith("GET") && !call.contains("{id}")) {
                        assertThat(cost.statements())
                                .as(call)
                                .noneMatch(sql -> sql.contains("payload"));
                    }
                });
    }

    private static boolean isCallback(Route route) {
        return route.template().startsWith("/v1/callbacks/");
    }

    /** A call is named by its route, and in brackets by what is special to it. */
    private static String routeOf(String call) {
        return call.replaceAll(" \\(.*\\)", "");
    }

    private static String table(Map<String, Cost> costs) {
        return costs.entrySet().stream()
                .map(each -> "%-34s %s%n".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining());
    }

    /**
     * @param items how many each call is about, where it can be about several
     */
    private Map<String, Cost> costsOfAll(int items) throws Exception {
        var costs = new LinkedHashMap<String, Cost>();
        for (var call : calls(items).entrySet()) {
            // The first of its kind may prepare a statement, or find something not kept yet. Now
            // and
            // then the key is looked up again, so of the other two the better counts.
            costOf(call.getValue());
            costs.put(call.getKey(), costOf(call.getValue()).least(costOf(call.getValue())));
        }
        return costs;
    }

    private Map<String, Measured> calls(int items) throws IOException {
        for (int i = 0; i < items; i++) {
            answer(put("/v1/users/user-" + i, "{}"));
            answer(put("/v1/templates/template-" + i, TEMPLATE));
        }
        var accepted = JSON.readTree(answer(batch(items, items)));
        var ids = accepted.findValuesAsText("id");
        assertThat(ids).hasSize(items);
        for (var id : ids) {
            api.deliver(caller.tenant(), NotificationId.parse(id), "user-0", "title", true);
        }
        var notification = "/v1/notifications/" + ids.getFirst();
        var category = put("/v1/categories/own", "{}");
        var template = put("/v1/templates/other", TEMPLATE);
        var user = put("/v1/users/other", "{}");
        answer(user);
        var post = post("/v1/notifications", MESSAGE);
        var list = get("/v1/notifications");

        var calls = new LinkedHashMap<String, Measured>();
        calls.put("POST /v1/notifications", always(post));
        calls.put(
                "POST /v1/notifications (key)",
                new Measured(
                        () -> post.header("idempotency-key", UUID.randomUUID().toString()), null));
        calls.put(
                "POST /v1/notifications (key again)", always(post.header("idempotency-key", "k")));
        calls.put("POST /v1/notifications (later)", always(post("/v1/notifications", LATER)));
        calls.put("POST /v1/notifications/batch", always(batch(10 * items, items)));
        calls.put("GET /v1/notifications", always(list));
        calls.put("GET /v1/notifications (userId)", always(list.query("userId", "user-0")));
        calls.put("GET /v1/notifications (status)", always(list.query("status", "FAILED")));
        calls.put("GET /v1/notifications/{id}", always(Request.of("GET", notification)));
        calls.put(
                "GET /v1/notifications/{id}/events",
                always(Request.of("GET", notification + "/events")));
        calls.put(
                "POST /v1/notifications/{id}/cancel",
                new Measured(() -> Request.of("POST", sent(MESSAGE) + "/cancel"), null));
        calls.put(
                "POST /v1/notifications/{id}/cancel (attempt)",
                new Measured(() -> Request.of("POST", tried(Status.RETRYING) + "/cancel"), null));
        calls.put(
                "POST /v1/notifications/{id}/reschedule",
                new Measured(
                        () ->
                                post(
                                        sent(LATER) + "/reschedule",
                                        "{\"scheduledFor\": \"%s\"}".formatted(inDays(2))),
                        null));
        calls.put(
                "POST /v1/notifications/{id}/resolve",
                new Measured(
                        () -> post(tried(Status.UNKNOWN) + "/resolve", "{\"outcome\": \"retry\"}"),
                        null));
        var letters = get("/v1/dead-letters");
        var replay = post("/v1/dead-letters/replay", "{\"all\": true}");
        var job = Request.of("POST", "/v1/jobs/" + jobId(replay) + "/cancel");
        calls.put("GET /v1/dead-letters", always(letters));
        calls.put("GET /v1/dead-letters (cause)", always(letters.query("cause", "refused")));
        calls.put(
                "GET /v1/dead-letters/{id}",
                always(Request.of("GET", "/v1/dead-letters/" + ids.getFirst())));
        // So many may be open at a time.
        calls.put("POST /v1/dead-letters/replay", always(replay));
        calls.put(
                "POST /v1/dead-letters/replay (key)",
                new Measured(
                        () -> replay.header("idempotency-key", UUID.randomUUID().toString()),
                        null));
        calls.put(
                "POST /v1/dead-letters/discard",
                always(post("/v1/dead-letters/discard", "{\"all\": true}")));
        calls.put("GET /v1/jobs", always(get("/v1/jobs")));
        calls.put(
                "GET /v1/jobs/{id}", always(Request.of("GET", job.path().replace("/cancel", ""))));
        calls.put("POST /v1/jobs/{id}/cancel", always(job));
        calls.put("PUT /v1/users/{userId}", always(put("/v1/users/user-0", "{}")));
        calls.put("GET /v1/users/{userId}", always(Request.of("GET", "/v1/users/user-0")));
        calls.put("GET /v1/users/{userId}/inbox", always(get("/v1/users/user-0/inbox")));
        calls.put("GET /v1/users/{userId}/events", always(get("/v1/users/user-0/events")));
        calls.put("GET /v1/users", always(get("/v1/users")));
        calls.put("GET /v1/users (email)", always(get("/v1/users").query("email", "a@b.de")));
        calls.put(
                "PATCH /v1/users/{userId}",
                always(Request.of("PATCH", user.path()).json("{\"locale\": \"en\"}")));
        calls.put(
                "DELETE /v1/users/{userId}",
                new Measured(() -> Request.of("DELETE", user.path()), user));
        calls.put("GET /v1/templates", always(get("/v1/templates")));
        calls.put("PUT /v1/templates/{key}", always(put("/v1/templates/template-0", TEMPLATE)));
        calls.put("GET /v1/templates/{key}", always(Request.of("GET", "/v1/templates/template-0")));
        calls.put(
                "GET /v1/templates/{key}/versions",
                always(get("/v1/templates/template-0/versions")));
        calls.put(
                "POST /v1/templates/{key}/preview",
                always(post("/v1/templates/template-0/preview", "{\"payload\": {}}")));
        calls.put(
                "DELETE /v1/templates/{key}",
                new Measured(
                        () -> Request.of("DELETE", template.path()).header("if-match", "*"),
                        template));
        calls.put("GET /v1/categories", always(get("/v1/categories")));
        calls.put("PUT /v1/categories/{key}", always(category));
        calls.put(
                "GET /v1/categories/{key}",
                new Measured(() -> Request.of("GET", category.path()), category));
        calls.put(
                "DELETE /v1/categories/{key}",
                new Measured(() -> Request.of("DELETE", category.path()), category));
        // Something new each time: what is known is not stored again.
        var kinds = List.of("sent", "delivered", "bounced").iterator();
        var claimed = JSON.readTree(answer(batch(items, items))).findValuesAsText("id");
        for (var id : claimed) {
            api.happened(
                    caller.tenant(),
                    Samples.sending(Clock.systemUTC(), NotificationId.parse(id), 1, null));
        }
        calls.put(
                "POST /v1/callbacks/{provider}/{connection}",
                new Measured(() -> receipts(claimed, kinds.next()), null));
        return calls;
    }

    private static String inDays(int days) {
        return Instant.now().plus(Duration.ofDays(days)).toString();
    }

    /** Sends a message, and gives where it is found. */
    private String sent(String message) {
        var answer = answer(post("/v1/notifications", message));
        return "/v1/notifications/" + read(answer).at("/data/0/id").asText();
    }

    /** One with an attempt behind it. */
    private String tried(Status status) {
        var path = sent(MESSAGE);
        var id = NotificationId.parse(path.substring(path.lastIndexOf('/') + 1));
        api.happened(
                caller.tenant(),
                Samples.event(Clock.systemUTC(), id, 1, EventKind.DEFERRED, status, 1));
        return path;
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Request receipts(List<String> notifications, String kind) {
        var body =
                notifications.stream()
                        .map(id ->
                                """
                                {"tenant": "%s", "notification": "%s", "attempt": 1, "kind": "%s",
                                 "at": "2026-11-23T18:00:00Z"}\
                                """
                                        .formatted(caller.tenant(), id, kind))
                        .collect(Collectors.joining(", ", "[", "]"));
        return RealApi.signed(post("/v1/callbacks/http/default", body));
    }

    private String jobId(Request start) throws IOException {
        return JSON.readTree(answer(start)).path("id").asText();
    }

    private static Measured always(Request request) {
        return new Measured(() -> request, null);
    }

    /** A list, as long as it may be. */
    private static Request get(String path) {
        return Request.of("GET", path).query("limit", "100");
    }

    private static Request put(String path, String body) {
        return Request.of("PUT", path).json(body);
    }

    private static Request post(String path, String body) {
        return Request.of("POST", path).json(body);
    }

    /**
     * @param various how many users there are, each with a template of its own
     */
    private static Request batch(int messages, int various) {
        var items =
                IntStream.range(0, messages)
                        .mapToObj(i -> MESSAGE.replace("-0", "-" + i % various))
                        .collect(Collectors.joining(", "));
        return post("/v1/notifications/batch", "{\"notifications\": [" + items + "]}");
    }

    private String answer(Request request) {
        var answer = api.call(caller, request);
        assertThat(answer.status()).as(request + ": " + answer.body()).isBetween(200, 204);
        return String.valueOf(answer.body());
    }

    private Cost costOf(Measured call) throws SQLException {
        if (call.before() != null) {
            answer(call.before());
        }
        var request = call.request().get();
        resetStatements();
        try (var connection = REDIS.connect()) {
            connection.sync().configResetstat();
        }
        answer(request);
        return cost();
    }

    private void resetStatements() throws SQLException {
        try (var connection = RealApi.connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE datname = '%s'"
                            .formatted(api.database()));
        }
    }

    private Cost cost() throws SQLException {
        var statements = new ArrayList<String>();
        int calls = 0;
        try (var connection = RealApi.connect();
                var statement = connection.createStatement();
                var results =
                        statement.executeQuery(
                                """
                                SELECT query, calls FROM pg_stat_statements
                                WHERE toplevel AND dbid =
                                    (SELECT oid FROM pg_database WHERE datname = '%s')\
                                """
                                        .formatted(api.database()))) {
            while (results.next()) {
                statements.add(results.getString(1));
                calls += results.getInt(2);
            }
        }
        return new Cost(statements, calls, commands());
    }

    private static int commands() {
        try (var connection = REDIS.connect()) {
            return connection
                    .sync()
                    .info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_"))
                    .filter(line -> !line.matches(NO_ROUND_TRIP_OF_A_CALL))
                    .mapToInt(StatementsTest::calls)
                    .sum();
        }
    }

    private static int calls(String line) {
        var matcher = CALLS.matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
