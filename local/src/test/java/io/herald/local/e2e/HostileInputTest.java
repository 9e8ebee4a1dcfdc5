package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.local.e2e.RequestGenerator.Generated;
import io.herald.notification.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever is sent, nothing breaks. To repeat a run, set HERALD_HOSTILE_SEED to the seed that it
 * printed.
 */
@Timeout(300)
class HostileInputTest {

    private static final int REQUESTS = 2_000;
    private static final int AT_ONCE = 4;
    private static final int MAX_SHOWN = 10;
    private static final Duration SETTLED = Duration.ofSeconds(90);

    private final Stack stack = Stack.current();
    private final Stack.TestTenant tenant = stack.newTenant();
    private final RawHttp http = new RawHttp(stack.url());
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();

    @Test
    void two_thousand_hostile_requests_get_no_5xx_and_leave_the_store_consistent()
            throws Exception {
        long seed = seed();
        System.out.println("HERALD_HOSTILE_SEED=" + seed);
        var known = known();
        int undecodable = stack.undecodableRecords();
        var generator = new RequestGenerator(seed, tenant.api().key(), words(known));

        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var sent :
                    threads.invokeAll(
                            IntStream.range(0, REQUESTS)
                                    .mapToObj(generator::request)
                                    .map(request -> Executors.callable(() -> sendAndCheck(request)))
                                    .toList())) {
                assertThat(sent.state()).isEqualTo(Future.State.SUCCESS);
            }
        }

        System.out.println("answers by status (0: closed): " + new TreeMap<>(statuses));
        assertThat(wrong.stream().limit(MAX_SHOWN).collect(Collectors.joining("\n\n")))
                .as("%d of %d requests", wrong.size(), REQUESTS)
                .isEmpty();
        assertThat(statuses.keySet())
                .as("requests of all kinds came through")
                .contains(200, 201, 202, 400, 401, 404, 405, 413, 415, 422);
        assertThat(generator.operationCount()).isGreaterThan(8);
        assertThat(accepted).hasSizeGreaterThan(10);
        accepted.addAll(known.accepted());
        assertStoreIsConsistent();
        assertThat(stack.undecodableRecords()).isEqualTo(undecodable);
        assertThat(tenant.api().get("/healthz").status()).isEqualTo(200);
    }

    /** What is there before. */
    private record Known(List<String> accepted) {}

    private Known known() {
        var api = tenant.api();
        for (var user : List.of("ada", "grace")) {
            api.put(
                            "/v1/users/" + user,
                            "{\"email\": \"%s@example.com\", \"webhookUrl\": \"%s\"}"
                                    .formatted(user, stack.webhookUrl()))
                    .expect(201);
        }
        api.put("/v1/templates/order-shipped", Stack.ORDER_SHIPPED).expect(201);
        return new Known(
                List.of(
                        api.send("ada", "email", "order-shipped", "{\"order\": \"A-1\"}"),
                        api.send("grace", "inbox", "order-shipped", "{\"order\": \"A-2\"}")));
    }

    private Map<String, List<String>> words(Known known) {
        // Mostly names that are there. What is sent goes to addresses on this machine only.
        return Map.of(
                "userId", List.of("ada", "grace", "ada", "grace", "made-1", "made-2"),
                "template", List.of("order-shipped", "order-shipped", "order-shipped", "made-1"),
                "key", List.of("order-shipped", "made-1", "made-2"),
                "id", known.accepted(),
                "email", List.of("ada@example.com", "grace@example.com"),
                "phone", List.of("+442079460018"),
                "webhookUrl", List.of(stack.webhookUrl()),
                "locale", List.of("en-GB", "fr"),
                "timezone", List.of("Europe/London", "UTC"));
    }

    private void sendAndCheck(Generated request) {
        var answer =
                http.send(request.method(), request.target(), request.headers(), request.body());
        int status = answer.map(RawHttp.Answer::status).orElse(0);
        statuses.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
        try {
            problemWith(request, answer)
                    .ifPresent(problem ->
                            wrong.add(
                                    problem
                                            + answer.map(a -> "\n" + a).orElse("")
                                            + "\nto "
                                            + request));
        } catch (IOException e) {
            wrong.add("what was answered is not JSON: " + answer + "\nto " + request);
        }
    }

    private Optional<String> problemWith(Generated request, Optional<RawHttp.Answer> maybe)
            throws IOException {
        if (maybe.isEmpty()) {
            return request.mayBeCutOff() ? Optional.empty() : Optional.of("no answer");
        }
        var answer = maybe.get();
        var id = answer.header("x-request-id");
        if (answer.status() < 200 || answer.status() >= 500) {
            return Optional.of("a fault of ours");
        }
        if (id.isEmpty() || !id.equals(answer.header("x-amzn-requestid"))) {
            return Optional.of("no request id, or two");
        }
        if (answer.body().isEmpty()) {
            return Optional.empty();
        }
        if (answer.status() >= 400) {
            var problem = Api.JSON.readTree(answer.body());
            boolean right =
                    answer.header("content-type").equals(Optional.of("application/problem+json"))
                            && problem.path("status").asInt() == answer.status()
                            && problem.path("requestId").asText().equals(id.get())
                            && !problem.path("detail").asText().isBlank();
            return right ? Optional.empty() : Optional.of("not the right problem document");
        }
        if (answer.status() == 202) {
            accepted.addAll(notificationsIn(Api.JSON.readTree(answer.body())));
        }
        return Optional.empty();
    }

    /** Of a message, or of each message of a batch. */
    private static Set<String> notificationsIn(JsonNode answer) {
        var ids = new HashSet<String>();
        for (var item : answer.path("data")) {
            if (item.has("channel")) {
                ids.add(item.path("id").asText());
            }
            item.path("notifications").forEach(each -> ids.add(each.path("id").asText()));
        }
        return ids;
    }

    private void assertStoreIsConsistent() {
        var stored = "FROM notification n WHERE n.tenant_id = '" + tenant.id() + "'";
        assertThat(stack.count("SELECT count(*) " + stored)).isEqualTo(accepted.size());
        assertThat(
                        stack.count(
                                "SELECT count(*) %s AND n.id IN (%s)"
                                        .formatted(
                                                stored,
                                                accepted.stream()
                                                        .map(id -> "'" + id + "'")
                                                        .collect(Collectors.joining(",")))))
                .as("what was answered is what is stored")
                .isEqualTo(accepted.size());
        var unsettled =
                """
                SELECT count(*) %s AND coalesce(
                    (SELECT e.status FROM event e WHERE e.notification_id = n.id
                     ORDER BY e.sequence DESC LIMIT 1), 0) IN (%s)\
                """
                        .formatted(stored, underWay());
        Api.await(
                () -> stack.count(unsettled),
                count -> count == 0,
                SETTLED,
                () -> "of " + accepted.size());
        assertThat(
                        stack.count(
                                "SELECT count(*) FROM event e WHERE NOT EXISTS"
                                        + " (SELECT FROM notification n WHERE n.id = e.notification_id)"))
                .as("events of nothing")
                .isZero();
        assertThat(
                        stack.count(
                                "SELECT count(*) FROM inbox_message m WHERE NOT EXISTS"
                                        + " (SELECT FROM notification n WHERE n.id = m.notification_id)"))
                .as("messages of nothing")
                .isZero();
        Api.await(
                () ->
                        stack.count(
                                "SELECT count(*) FROM outbox WHERE tenant_id = '%s'"
                                        .formatted(tenant.id())),
                count -> count == 0,
                SETTLED,
                () -> "rows in the outbox");
    }

    /** What waits for its time is where it should be; what is elsewhere on its way is not yet. */
    private static String underWay() {
        return Arrays.stream(Status.values())
                .filter(status -> !status.isFinal() && status != Status.SCHEDULED)
                .map(status -> String.valueOf(status.code()))
                .collect(Collectors.joining(","));
    }

    private static long seed() {
        var set = System.getenv("HERALD_HOSTILE_SEED");
        return set == null ? System.nanoTime() : Long.parseLong(set);
    }
}
