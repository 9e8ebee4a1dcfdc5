package io.herald.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Route;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.servers.SharedServers;
import io.herald.wiring.RealApi.Caller;
import io.herald.wiring.RealApi.Request;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No tenant sees, changes or infers what another has. Every route is called by a stranger with the
 * names that an owner uses, and answers, byte for byte, what it answers to names that nobody uses;
 * the owner, in turn, is answered, so the names were right; and nothing of the owner's changes.
 */
final class IsolationTest {
    /** Is in every text of the owner's that is no name, and so in no answer to others. */
    private static final String SECRET = "hush-3f9a";

    /** What the owner and each stranger have alike, to send with. */
    private static final String COMMON = "common-to-all";

    private static final String ADDRESS = SECRET + "@example.com";

    private static final JsonMapper JSON = new JsonMapper();

    /** What a stranger may have learnt of an owner, or made up. */
    record Names(
            String user,
            String key,
            String notification,
            String job,
            String idempotencyKey,
            String entityTag) {

        String in(String template) {
            return template.replace("{userId}", user)
                    .replace("{key}", key)
                    .replace("{id}", template.startsWith("/v1/jobs") ? job : notification);
        }

        /** The answer without what must differ between two calls of the same meaning. */
        String anonymous(HttpResponse answer) {
            var headers = new TreeMap<String, String>(answer.headers());
            headers.keySet().removeIf(name -> name.startsWith("RateLimit"));
            headers.computeIfPresent("ETag", (_, tag) -> tag.replaceAll("[0-9a-f]", "0"));
            var text = answer.status() + " " + headers + " " + answer.body();
            return text.replace(user, "<user>")
                    .replace(key, "<key>")
                    .replaceAll("\\b\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}", "<id>")
                    .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "<time>");
        }
    }

    /**
     * One call.
     *
     * @param stranger the status that a stranger gets
     * @param owner the status that the owner gets
     */
    record Probe(String route, int stranger, int owner, BiFunction<Request, Names, Request> with) {
        Request request(Names names) {
            int space = route.indexOf(' ');
            var path = names.in(route.substring(space + 1));
            return with.apply(Request.of(route.substring(0, space), path), names);
        }

        @Override
        public String toString() {
            return route + " " + stranger + "/" + owner;
        }
    }

    private static final String MESSAGE =
            """
            {"userId": "%s", "channels": ["inbox"], "template": "%s"}\
            """;
    private static final String BATCH =
            """
            {"notifications": [{"userId": "%s", "channels": ["inbox"], "template": "%s",
                                "idempotencyKey": "%s"}]}\
            """;

    /** To an address of the owner's user, with nothing of anybody's. */
    private static final String DIRECT =
            """
            {"to": {"email": "%s"}, "channels": ["email"], "category": "%s",
             "content": {"email": {"subject": "Hello {{secret}}", "text": "{{payload.secret}}"}}}\
            """;

    private static final String TEMPLATE = "{\"inbox\": {\"title\": \"Hello\"}}";

    /** Each route, in every way in which it takes names. A new route needs a line here. */
    private static final List<Probe> PROBES =
            List.of(
                    probe(
                            "POST /v1/notifications",
                            422,
                            202,
                            (request, names) ->
                                    request.json(MESSAGE.formatted(names.user(), COMMON))),
                    probe(
                            "POST /v1/notifications",
                            422,
                            202,
                            (request, names) ->
                                    request.json(MESSAGE.formatted(COMMON, names.key()))),
                    probe(
                            "POST /v1/notifications",
                            202,
                            422,
                            (request, names) ->
                                    request.json(MESSAGE.formatted(COMMON, COMMON))
                                            .header("idempotency-key", names.idempotencyKey())),
                    probe(
                            "POST /v1/notifications",
                            422,
                            202,
                            (request, names) ->
                                    request.json(DIRECT.formatted(ADDRESS, names.key()))),
                    probe(
                            "POST /v1/notifications",
                            202,
                            422,
                            (request, names) ->
                                    request.json(DIRECT.formatted(ADDRESS, "transactional"))
                                            .header("idempotency-key", names.idempotencyKey())),
                    probe(
                            "POST /v1/notifications/batch",
                            422,
                            202,
                            (request, names) ->
                                    request.json(
                                            "{\"notifications\": [%s]}"
                                                    .formatted(
                                                            DIRECT.formatted(
                                                                    ADDRESS, names.key())))),
                    probe(
                            "POST /v1/notifications/batch",
                            422,
                            202,
                            (request, names) ->
                                    request.json(
                                            BATCH.formatted(names.user(), names.key(), "new"))),
                    probe(
                            "POST /v1/notifications/batch",
                            202,
                            422,
                            (request, names) ->
                                    request.json(
                                            BATCH.formatted(
                                                    COMMON, COMMON, names.idempotencyKey()))),
                    probe(
                            "POST /v1/notifications/batch",
                            202,
                            422,
                            (request, names) ->
                                    request.json(BATCH.formatted(COMMON, COMMON, "new"))
                                            .header("idempotency-key", names.idempotencyKey())),
                    probe("GET /v1/notifications", 200, 200),
                    probe(
                            "GET /v1/notifications",
                            200,
                            200,
                            (request, names) -> request.query("userId", names.user())),
                    probe(
                            "GET /v1/notifications",
                            200,
                            200,
                            (request, names) -> request.query("template", names.key())),
                    probe(
                            "GET /v1/notifications",
                            200,
                            200,
                            (request, _) -> request.query("status", "FAILED")),
                    probe("GET /v1/notifications/{id}", 404, 200),
                    probe("GET /v1/notifications/{id}/events", 404, 200),
                    // The owner's has failed.
                    probe("POST /v1/notifications/{id}/cancel", 404, 409),
                    probe(
                            "POST /v1/notifications/{id}/reschedule",
                            404,
                            409,
                            (request, _) ->
                                    request.json("{\"scheduledFor\": \"2030-01-01T00:00:00Z\"}")),
                    probe(
                            "POST /v1/notifications/{id}/resolve",
                            404,
                            409,
                            (request, _) -> request.json("{\"outcome\": \"sent\"}")),
                    probe("GET /v1/dead-letters", 200, 200),
                    probe(
                            "GET /v1/dead-letters",
                            200,
                            200,
                            (request, names) -> request.query("template", names.key())),
                    probe("GET /v1/dead-letters/{id}", 404, 200),
                    probe(
                            "POST /v1/dead-letters/replay",
                            202,
                            422,
                            (request, names) ->
                                    request.json("{\"ids\": [\"" + names.notification() + "\"]}")
                                            .header("idempotency-key", names.idempotencyKey())),
                    probe(
                            "POST /v1/dead-letters/discard",
                            202,
                            422,
                            (request, names) ->
                                    request.json(
                                                    "{\"filter\": {\"template\": \""
                                                            + names.key()
                                                            + "\"}}")
                                            .header("idempotency-key", names.idempotencyKey())),
                    probe("GET /v1/jobs", 200, 200),
                    probe("GET /v1/jobs/{id}", 404, 200),
                    probe("POST /v1/jobs/{id}/cancel", 404, 200),
                    probe("PUT /v1/users/{userId}", 201, 200, (request, _) -> request.json("{}")),
                    probe("GET /v1/users", 200, 200),
                    probe(
                            "GET /v1/users",
                            200,
                            200,
                            (request, _) -> request.query("email", ADDRESS)),
                    probe(
                            "PUT /v1/users/{userId}",
                            412,
                            200,
                            (request, _) -> request.json("{}").header("if-match", "*")),
                    probe(
                            "PATCH /v1/users/{userId}",
                            404,
                            200,
                            (request, _) -> request.json("{\"locale\": \"en\"}")),
                    probe(
                            "PATCH /v1/users/{userId}",
                            404,
                            412,
                            (request, names) ->
                                    request.json("{}").header("if-match", names.entityTag())),
                    probe("DELETE /v1/users/{userId}", 404, 204),
                    probe("GET /v1/users/{userId}/events", 404, 200),
                    probe("GET /v1/users/{userId}", 404, 200),
                    probe("GET /v1/users/{userId}/inbox", 404, 200),
                    probe("GET /v1/templates", 200, 200),
                    probe(
                            "PUT /v1/templates/{key}",
                            201,
                            428,
                            (request, _) -> request.json(TEMPLATE)),
                    probe(
                            "PUT /v1/templates/{key}",
                            412,
                            200,
                            (request, names) ->
                                    request.json(TEMPLATE).header("if-match", names.entityTag())),
                    probe(
                            "PUT /v1/templates/{key}",
                            201,
                            412,
                            (request, _) -> request.json(TEMPLATE).header("if-none-match", "*")),
                    probe(
                            "PUT /v1/templates/{key}",
                            422,
                            428,
                            (request, names) ->
                                    request.json(
                                            "{\"category\": \""
                                                    + names.key()
                                                    + "\", "
                                                    + TEMPLATE.substring(1))),
                    probe("GET /v1/templates/{key}", 404, 200),
                    probe(
                            "GET /v1/templates/{key}",
                            404,
                            200,
                            (request, _) -> request.query("version", "1")),
                    probe(
                            "GET /v1/templates/{key}",
                            404,
                            304,
                            (request, names) -> request.header("if-none-match", names.entityTag())),
                    probe("DELETE /v1/templates/{key}", 404, 428),
                    probe(
                            "DELETE /v1/templates/{key}",
                            404,
                            204,
                            (request, names) -> request.header("if-match", names.entityTag())),
                    probe("GET /v1/templates/{key}/versions", 404, 200),
                    probe(
                            "POST /v1/templates/{key}/preview",
                            404,
                            200,
                            (request, _) -> request.json("{\"payload\": {}}")),
                    probe("GET /v1/categories", 200, 200),
                    probe("PUT /v1/categories/{key}", 201, 200, (request, _) -> request.json("{}")),
                    probe("GET /v1/categories/{key}", 404, 200),
                    // A template of the owner's names it.
                    probe("DELETE /v1/categories/{key}", 404, 409));

    private static RealApi api;
    private static RedisClient redis;

    private Names names;
    private Caller owner;

    private static Probe probe(String route, int stranger, int owner) {
        return probe(route, stranger, owner, (request, _) -> request);
    }

    private static Probe probe(
            String route, int stranger, int owner, BiFunction<Request, Names, Request> with) {
        return new Probe(route, stranger, owner, with);
    }

    @BeforeAll
    static void start() {
        api = new RealApi(true);
        redis = RedisClient.create(SharedServers.get().redis().uri());
    }

    @AfterAll
    static void stop() {
        api.close();
        redis.shutdown();
    }

    static List<Probe> probes() {
        return PROBES;
    }

    static Stream<String> lists() {
        return closedRoutes()
                .filter(route -> route.queryParameters().contains("cursor"))
                .map(IsolationTest::nameOf);
    }

    private static Stream<Route> closedRoutes() {
        // What needs no key is the same for everyone.
        return api.api().routes().stream().filter(route -> route.scope() != null);
    }

    private static String nameOf(Route route) {
        return route.method() + " " + route.template();
    }

    @Test
    void every_route_is_probed() {
        assertThat(PROBES.stream().map(Probe::route).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        closedRoutes().map(IsolationTest::nameOf).toList());
    }

    @ParameterizedTest
    @MethodSource("probes")
    void a_stranger_learns_and_changes_nothing(Probe probe) throws SQLException {
        var unknown = madeUp();
        var before = allOf(owner.tenant());

        var answer = api.call(stranger(), probe.request(names));
        var answerToUnknown = api.call(stranger(), probe.request(unknown));

        assertThat(answer.status()).as(answer.body()).isEqualTo(probe.stranger());
        assertThat(names.anonymous(answer)).isEqualTo(unknown.anonymous(answerToUnknown));
        assertThat(answer.toString()).doesNotContain(SECRET);
        assertThat(allOf(owner.tenant())).isEqualTo(before);

        var answerToOwner = api.call(owner, probe.request(names));

        assertThat(answerToOwner.status()).as(answerToOwner.body()).isEqualTo(probe.owner());
        assertThat(names.anonymous(answerToOwner)).isNotEqualTo(names.anonymous(answer));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void a_cursor_leads_a_stranger_nowhere(String list) throws SQLException {
        var probe = PROBES.stream().filter(each -> each.route().equals(list)).findFirst();
        var request = probe.orElseThrow().request(names).query("limit", "1");
        var cursor = read(api.call(owner, request).body()).path("nextCursor").asText();
        assertThat(cursor).as("a list of more than one").isNotEmpty().isNotEqualTo("null");
        assertThat(api.call(owner, request.query("cursor", cursor)).status()).isEqualTo(200);

        var stranger = stranger();
        var answer = api.call(stranger, request.query("cursor", cursor));
        var answerToNonsense = api.call(stranger, request.query("cursor", "A" + cursor));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(names.anonymous(answer)).isEqualTo(names.anonymous(answerToNonsense));
        assertThat(answer.toString()).doesNotContain(SECRET);
    }

    @Test
    void who_writes_to_an_address_meets_nothing_of_who_has_it() throws SQLException {
        var before = allOf(owner.tenant());
        var stranger = stranger();
        var direct = Request.of("POST", "/v1/notifications");

        var answer = api.call(stranger, direct.json(DIRECT.formatted(ADDRESS, "transactional")));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        var id = read(answer.body()).findValue("id").asText();
        assertThat(allOf(owner.tenant())).isEqualTo(before);
        var own = Request.of("GET", "/v1/notifications/" + id);
        var seen = read(api.call(stranger, own).body());
        assertThat(seen.path("userId").isNull()).isTrue();
        assertThat(seen.at("/to/email").asText()).isEqualTo(ADDRESS);
        assertThat(seen.toString().replace(ADDRESS, "")).doesNotContain(SECRET);
        assertThat(seen.path("payload")).isEmpty();
        var all = read(api.call(stranger, Request.of("GET", "/v1/notifications")).body());
        assertThat(all.path("data").findValuesAsText("id")).containsExactly(id);
        var users = Request.of("GET", "/v1/users").query("email", ADDRESS);
        assertThat(read(api.call(stranger, users).body()).path("data")).isEmpty();
        assertThat(api.call(owner, own).status()).isEqualTo(404);
    }

    @Test
    void equal_users_and_equal_addresses_of_two_tenants_have_keys_of_their_own_in_kafka() {
        var stranger = stranger();
        var ids = new ArrayList<String>();
        for (var caller : List.of(owner, stranger)) {
            for (var body :
                    List.of(
                            MESSAGE.formatted(COMMON, COMMON),
                            DIRECT.formatted(ADDRESS, "transactional"))) {
                var answer = api.call(caller, Request.of("POST", "/v1/notifications").json(body));
                assertThat(answer.status()).as(answer.body()).isEqualTo(202);
                ids.add(read(answer.body()).findValue("id").asText());
            }
        }

        var keys = keysInKafka(ids);

        assertThat(keys.get(0)).isEqualTo(owner.tenant() + ":" + COMMON);
        assertThat(keys.get(1)).isEqualTo(owner.tenant() + ":" + ADDRESS);
        assertThat(keys.get(2)).isEqualTo(stranger.tenant() + ":" + COMMON);
        assertThat(keys.get(3)).isEqualTo(stranger.tenant() + ":" + ADDRESS);
        assertThat(keys).doesNotHaveDuplicates();
    }

    /** The keys of the records of these notifications, in the same order. */
    private static List<String> keysInKafka(List<String> ids) {
        var found = new HashMap<String, String>();
        var settings =
                Map.<String, Object>of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        SharedServers.get().kafka().bootstrapServers());
        try (var consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partitions =
                    Stream.of(Lane.EMAIL, Lane.INBOX)
                            .flatMap(lane -> consumer.partitionsFor(lane.topic()).stream())
                            .map(each -> new TopicPartition(each.topic(), each.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var deadline = Instant.now().plusSeconds(60);
            while (!found.keySet().containsAll(ids) && Instant.now().isBefore(deadline)) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    found.put(read(record.value()).path("id").asText(), record.key());
                }
            }
        }
        assertThat(found).containsKeys(ids.toArray(String[]::new));
        return ids.stream().map(found::get).toList();
    }

    @BeforeEach
    void an_owner_has_two_of_everything() {
        owner = stranger();
        var user = "user-" + UUID.randomUUID();
        var key = "key-" + UUID.randomUUID();
        var mine = new Names(user, key, "", "", "order-17", "");
        put("/v1/categories/{key}", mine, "{}");
        put("/v1/users/{userId}", mine, "{\"email\": \"" + ADDRESS + "\"}");
        var template =
                "{\"category\": \"" + key + "\", \"inbox\": {\"title\": \"" + SECRET + "\"}}";
        var tag = put("/v1/templates/{key}", mine, template).headers().getOrDefault("ETag", "");
        var second = template.replace(SECRET, SECRET + " again");
        tag =
                api.call(
                                owner,
                                Request.of("PUT", mine.in("/v1/templates/{key}"))
                                        .json(second)
                                        .header("if-match", tag))
                        .headers()
                        .getOrDefault("ETag", "");
        send(mine, false);
        var failed = send(mine, true);
        api.keepUndecodable(owner.tenant(), SECRET);
        startJob("replay", mine);
        var job = startJob("discard", mine);
        names = new Names(user, key, failed.toString(), job, "order-17", tag);
    }

    private String startJob(String what, Names mine) {
        var answer =
                api.call(
                        owner,
                        Request.of("POST", "/v1/dead-letters/" + what)
                                .json("{\"all\": true}")
                                .header("idempotency-key", mine.idempotencyKey()));
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return read(answer.body()).path("id").asText();
    }

    private NotificationId send(Names mine, boolean batch) {
        var message =
                """
                {"userId": "%s", "channels": ["inbox"], "template": "%s",
                 "payload": {"secret": "%s"}, "metadata": {"secret": "%s"}}\
                """
                        .formatted(mine.user(), mine.key(), SECRET, SECRET);
        var request =
                Request.of("POST", batch ? "/v1/notifications/batch" : "/v1/notifications")
                        .json(batch ? "{\"notifications\": [" + message + "]}" : message)
                        .header("idempotency-key", mine.idempotencyKey());
        var answer = api.call(owner, request);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        var id = NotificationId.parse(read(answer.body()).findValue("id").asText());
        api.deliver(owner.tenant(), id, mine.user(), SECRET, batch);
        return id;
    }

    private HttpResponse put(String template, Names mine, String body) {
        var answer = api.call(owner, Request.of("PUT", mine.in(template)).json(body));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer;
    }

    /** Names of the same form that nobody uses. */
    private static Names madeUp() {
        return new Names(
                "user-" + UUID.randomUUID(),
                "key-" + UUID.randomUUID(),
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                "order-" + UUID.randomUUID(),
                "\"1\"");
    }

    /** Someone with a key of their own, and with what everyone has. */
    private static Caller stranger() {
        var caller = api.caller();
        for (var request :
                List.of(
                        Request.of("PUT", "/v1/users/" + COMMON).json("{}"),
                        Request.of("PUT", "/v1/templates/" + COMMON).json(TEMPLATE))) {
            assertThat(api.call(caller, request).status()).isEqualTo(201);
        }
        return caller;
    }

    private static JsonNode read(@Nullable String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that is stored of a tenant, in Postgres and in Redis. */
    private static Map<String, String> allOf(TenantId tenant) throws SQLException {
        var all = new TreeMap<String, String>();
        try (var connection = api.connection()) {
            for (var table : tablesWith(connection, "tenant_id")) {
                all.put(table, rows(connection, table + " WHERE tenant_id = '" + tenant + "'"));
            }
            all.put("tenant", rows(connection, "tenant WHERE id = '" + tenant + "'"));
            all.put(
                    "event",
                    rows(
                            connection,
                            "event WHERE notification_id IN (SELECT id FROM notification"
                                    + " WHERE tenant_id = '%s')".formatted(tenant)));
        }
        assertThat(all).containsKeys("recipient", "template", "notification", "inbox_message");
        assertThat(all.get("notification")).contains(SECRET);
        try (var connection = redis.connect()) {
            var commands = connection.sync();
            for (var key : commands.keys("*" + tenant + "*")) {
                all.put(key, Base64.getEncoder().encodeToString(commands.dump(key)));
            }
        }
        return all;
    }

    private static List<String> tablesWith(Connection connection, String column)
            throws SQLException {
        return strings(
                connection,
                """
                SELECT attrelid::regclass::text FROM pg_attribute
                JOIN pg_class ON pg_class.oid = attrelid
                WHERE attname = '%s' AND relkind IN ('r', 'p') AND NOT relispartition\
                """
                        .formatted(column));
    }

    private static String rows(Connection connection, String table) throws SQLException {
        return String.join(
                "\n",
                strings(
                        connection,
                        "SELECT t::text FROM (SELECT * FROM " + table + ") AS t ORDER BY 1"));
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var results = statement.executeQuery(sql)) {
            var strings = new ArrayList<String>();
            while (results.next()) {
                strings.add(results.getString(1));
            }
            return strings;
        }
    }
}
