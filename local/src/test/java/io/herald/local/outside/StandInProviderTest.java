package io.herald.local.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.standardwebhooks.Webhook;
import io.herald.local.outside.HandedOver.Ending;
import io.herald.local.outside.HandedOver.Taking;
import io.herald.local.outside.ProviderFaults.Range;
import io.herald.local.outside.ProviderFaults.Receipts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StandInProviderTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String TENANT = "019a8f00-0000-7000-8000-000000000001";

    private final Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private StandInProvider provider;

    StandInProviderTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.provider = StandInProvider.start(folder, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        provider.close();
        client.shutdownNow();
    }

    @Test
    void takes_a_message_and_writes_it_down() throws Exception {
        var answer = post("/messages", message("key-1", 2));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("result").asText()).isEqualTo("accepted");
        assertThat(provider.record().all())
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.sequence()).isEqualTo(1);
                    assertThat(line.key()).isEqualTo("key-1");
                    assertThat(line.attempt()).isEqualTo(2);
                    assertThat(line.tenant()).isEqualTo(TENANT);
                    assertThat(line.user()).isEqualTo("ada");
                    assertThat(line.to()).isEqualTo("ada@example.com");
                    assertThat(line.taking()).isEqualTo(Taking.ACCEPTED);
                    assertThat(line.ending()).isEqualTo(Ending.ANSWERED);
                    assertThat(line.id()).isEqualTo(json(answer).path("id").asText());
                });
    }

    @Test
    void sends_nothing_twice_for_a_key_that_it_knows() throws Exception {
        var first = json(post("/messages", message("key-1", 1)));
        var second = json(post("/messages", message("key-1", 2)));

        assertThat(second.path("result").asText()).isEqualTo("duplicate");
        assertThat(second.path("id")).isEqualTo(first.path("id"));
        assertThat(provider.record().all())
                .extracting(HandedOver::taking)
                .containsExactly(Taking.ACCEPTED, Taking.DUPLICATE);
        assertThat(provider.counts().accepted()).isEqualTo(1);
    }

    @Test
    void takes_the_messages_of_a_bulk_call_each_by_itself() throws Exception {
        post("/messages", message("key-1", 1));

        var answer = post("/messages/bulk", bulk(message("key-1", 2), message("key-2", 1)));

        assertThat(json(answer))
                .extracting(result -> result.path("result").asText())
                .containsExactly("duplicate", "accepted");
        assertThat(provider.record().all())
                .extracting(line -> line.call() + (line.bulk() ? " bulk" : " single"))
                .containsExactly("1 single", "2 bulk", "2 bulk");
    }

    @Test
    void takes_a_webhook_as_well_and_writes_it_down() throws Exception {
        provider.behaves(ProviderFaults.NONE.withReceipts(Receipts.after(Range.ZERO)));

        assertThat(webhook("msg-1").statusCode()).isEqualTo(204);
        assertThat(webhook("msg-1").statusCode()).isEqualTo(204);

        assertThat(provider.record().all())
                .extracting(line -> line.key() + " " + line.user() + " " + line.taking())
                .containsExactly("msg-1 ada ACCEPTED", "msg-1 ada DUPLICATE");
        assertThat(provider.record().all()).allMatch(line -> line.attempt() == 0);
        // Nobody sends receipts of webhooks.
        assertThat(provider.counts().receiptsOpen()).isZero();
        assertThat(provider.counts().receiptsTaken()).isZero();
    }

    @Test
    void misbehaves_with_webhooks_as_it_does_with_mail() throws Exception {
        provider.behaves(ProviderFaults.parse("{\"throttle\": 1, \"retryAfterSeconds\": 7}"));
        var throttled = webhook("msg-1");
        assertThat(throttled.statusCode()).isIn(429, 503);
        assertThat(throttled.headers().firstValue("retry-after")).hasValue("7");

        provider.behaves(ProviderFaults.parse("{\"fail\": 1}"));
        assertThat(webhook("msg-2").statusCode()).isEqualTo(500);

        provider.behaves(ProviderFaults.parse("{\"refuse\": 1}"));
        assertThat(webhook("msg-3").statusCode()).isEqualTo(422);

        provider.behaves(ProviderFaults.parse("{\"cutAfter\": 1}"));
        assertThatThrownBy(() -> webhook("msg-4")).isInstanceOf(IOException.class);

        provider.behaves(ProviderFaults.parse("{\"hang\": 1, \"hangMillis\": 300}"));
        assertThatThrownBy(() -> webhook("msg-5")).isInstanceOf(IOException.class);

        assertThat(provider.record().all())
                .extracting(HandedOver::ending)
                .containsExactly(
                        Ending.THROTTLED, Ending.FAILED, Ending.ANSWERED, Ending.CUT, Ending.HUNG);
        assertThat(provider.record().about("msg-4"))
                .extracting(HandedOver::taking)
                .containsExactly(Taking.ACCEPTED);
    }

    @Test
    void a_webhook_without_an_id_is_none() throws Exception {
        assertThat(post("/webhooks", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void what_it_answers_follows_the_document() throws Exception {
        var protocol = new ProviderProtocol();
        provider.behaves(ProviderFaults.parse("{\"refuse\": 0.5}"));

        var single = post("/messages", message("key-0", 1));
        assertThat(protocol.violationsOfAnswer("/messages", 200, single.body())).isEmpty();

        var many =
                post(
                        "/messages/bulk",
                        bulk(
                                IntStream.range(0, 50)
                                        .mapToObj(i -> message("key-" + i, 1))
                                        .toArray(String[]::new)));
        assertThat(protocol.violationsOfAnswer("/messages/bulk", 200, many.body())).isEmpty();
        assertThat(many.body()).contains("accepted", "refused");
        assertThat(protocol.violationsOfAnswer("/messages", 200, many.body())).isNotEmpty();
    }

    @Test
    void lets_nobody_in_without_the_key() throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(provider.url() + "/messages"))
                        .header("Authorization", "Bearer another")
                        .POST(HttpRequest.BodyPublishers.ofString(message("key-1", 1)))
                        .build();

        var answer = client.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(provider.record().all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "[null]",
                "{\"idempotencyKey\": \"1\"}",
                "{\"idempotencyKey\": \"1\", \"from\": \"a\", \"to\": \"b\", \"subject\": \"c\","
                        + " \"text\": \"d\", \"arguments\": {}, \"new\": 1}"
            })
    void takes_nothing_that_is_not_of_the_protocol(String body) throws Exception {
        assertThat(post("/messages", body).statusCode()).isEqualTo(400);
        assertThat(post("/messages/bulk", body).statusCode()).isEqualTo(400);
        assertThat(provider.record().all()).isEmpty();
    }

    @Test
    void knows_after_a_restart_what_it_has_accepted() throws Exception {
        post("/messages", message("key-1", 1));
        provider.close();
        provider = StandInProvider.start(folder, Clock.systemUTC());

        var again = json(post("/messages", message("key-1", 2)));

        assertThat(again.path("result").asText()).isEqualTo("duplicate");
        assertThat(provider.record().all())
                .extracting(HandedOver::sequence)
                .containsExactly(1L, 2L);
    }

    @Test
    void goes_on_after_half_a_line_that_a_kill_has_left() throws Exception {
        post("/messages", message("key-1", 1));
        provider.close();
        Files.writeString(
                provider.record().file(), "{\"sequence\":2,\"at\":17", StandardOpenOption.APPEND);
        assertThat(provider.record().all()).hasSize(1);

        provider = StandInProvider.start(folder, Clock.systemUTC());
        post("/messages", message("key-2", 1));

        assertThat(provider.record().all())
                .extracting(HandedOver::key)
                .containsExactly("key-1", "key-2");
    }

    @Test
    void asks_for_time_and_takes_nothing() throws Exception {
        provider.behaves(ProviderFaults.parse("{\"throttle\": 1, \"retryAfterSeconds\": 7}"));

        var statuses = new ArrayList<Integer>();
        for (int i = 0; i < 20; i++) {
            var answer = post("/messages", message("key-" + i, 1));
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
            statuses.add(answer.statusCode());
        }

        assertThat(statuses).containsOnly(429, 503).contains(429, 503);
        assertThat(provider.record().all())
                .allMatch(line -> line.taking() == Taking.NOT_TAKEN)
                .allMatch(line -> line.ending() == Ending.THROTTLED);
    }

    @Test
    void fails_with_or_without_having_taken_it() throws Exception {
        provider.behaves(ProviderFaults.parse("{\"fail\": 1}"));

        for (int i = 0; i < 20; i++) {
            assertThat(post("/messages", message("key-" + i, 1)).statusCode()).isEqualTo(500);
        }

        assertThat(provider.record().all())
                .allMatch(line -> line.ending() == Ending.FAILED)
                .extracting(HandedOver::taking)
                .contains(Taking.ACCEPTED, Taking.NOT_TAKEN)
                .doesNotContain(Taking.DUPLICATE, Taking.REFUSED);
    }

    @Test
    void cuts_the_connection_before_it_takes_a_message() {
        provider.behaves(ProviderFaults.parse("{\"cutBefore\": 1}"));

        assertThatThrownBy(() -> post("/messages", message("key-1", 1)))
                .isInstanceOf(IOException.class);

        assertThat(provider.record().all())
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.taking()).isEqualTo(Taking.NOT_TAKEN);
                    assertThat(line.ending()).isEqualTo(Ending.CUT);
                });
    }

    @Test
    void cuts_the_connection_after_it_has_taken_a_message() throws Exception {
        provider.behaves(ProviderFaults.parse("{\"cutAfter\": 1}"));
        assertThatThrownBy(() -> post("/messages", message("key-1", 1)))
                .isInstanceOf(IOException.class);
        provider.behaves(ProviderFaults.NONE);

        var again = json(post("/messages", message("key-1", 2)));

        assertThat(again.path("result").asText()).isEqualTo("duplicate");
        assertThat(provider.counts().calls())
                .isEqualTo(Map.of(Ending.CUT, 1L, Ending.ANSWERED, 1L));
    }

    @Test
    void hangs() {
        provider.behaves(ProviderFaults.parse("{\"hang\": 1}"));

        assertThatThrownBy(() -> post("/messages", message("key-1", 1), Duration.ofMillis(300)))
                .isInstanceOf(HttpTimeoutException.class);

        assertThat(provider.record().all())
                .singleElement()
                .satisfies(line -> assertThat(line.ending()).isEqualTo(Ending.HUNG));
    }

    @Test
    void takes_its_time() throws Exception {
        provider.behaves(ProviderFaults.parse("{\"latencyMillis\": {\"from\": 120, \"to\": 130}}"));
        long start = System.nanoTime();

        post("/messages", message("key-1", 1));

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(120));
    }

    @Test
    void the_same_seed_befalls_the_same_calls_whatever_their_order() throws Exception {
        provider.behaves(ProviderFaults.parse("{\"seed\": 7, \"fail\": 0.3, \"throttle\": 0.3}"));
        var keys = IntStream.range(0, 60).mapToObj(i -> "key-" + i).toList();
        var first = endings(keys);

        try (var other = StandInProvider.start(folder.resolve("other"), Clock.systemUTC())) {
            other.behaves(ProviderFaults.parse("{\"seed\": 7, \"fail\": 0.3, \"throttle\": 0.3}"));
            provider.close();
            provider = other;
            assertThat(endings(keys.reversed())).isEqualTo(first);
        }
        assertThat(first.values()).contains(Ending.ANSWERED, Ending.FAILED, Ending.THROTTLED);
    }

    @Test
    void can_be_told_and_asked_by_http() throws Exception {
        var put =
                client.send(
                        HttpRequest.newBuilder(control("/faults"))
                                .PUT(HttpRequest.BodyPublishers.ofString("{\"refuse\": 1}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(json(get("/faults"))).isEqualTo(json(put));

        post("/messages", message("key-1", 1));
        post("/messages", message("key-2", 1));

        assertThat(json(get("/counts")).at("/messages/REFUSED").asInt()).isEqualTo(2);
        assertThat(get("/record").body().lines()).hasSize(2);
        assertThat(get("/record?to=ada@example.com").body().lines()).hasSize(2);
        assertThat(get("/record?to=eve@example.com").body().lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"throttle\": 0.6, \"fail\": 0.6}",
                "{\"hang\": -0.1}",
                "{\"unknown\": 1}",
                "{\"receipts\": {\"early\": 2}}",
                "{\"latencyMillis\": {\"from\": 3, \"to\": 2}}",
                "{\"receipts\": null}"
            })
    void is_told_nothing_that_makes_no_sense(String body) throws Exception {
        var answer =
                client.send(
                        HttpRequest.newBuilder(control("/faults"))
                                .PUT(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(get("/faults")).path("throttle").asDouble()).isZero();
    }

    @Test
    void sends_signed_receipts_of_what_it_has_accepted_until_they_are_taken() throws Exception {
        var protocol = new ProviderProtocol();
        try (var herald = WebhookReceiver.start(folder.resolve("herald"), Clock.systemUTC())) {
            herald.answers(WebhookReceiver.Answer.ofStatus(503));
            provider.sendsReceiptsTo(herald.url());
            provider.behaves(ProviderFaults.NONE.withReceipts(Receipts.after(new Range(1, 20))));
            post("/messages", message("key-1", 3));
            post("/messages", message("key-1", 4));
            await(() -> !herald.inbox().all().isEmpty());
            assertThat(provider.counts().receiptsOpen()).isEqualTo(2);
            herald.answers(WebhookReceiver.Answer.ofStatus(204));
            await(() -> provider.counts().receiptsTaken() == 2);

            for (var call : herald.inbox().all()) {
                new Webhook(provider.secret()).verify(call.body(), call.headers());
                assertThat(protocol.violationsOfReceipts(call.body())).isEmpty();
            }
            assertThat(
                            herald.inbox().all().stream()
                                    .flatMap(call -> tree(call.body()).valueStream())
                                    .map(receipt ->
                                            receipt.path("kind").asText()
                                                    + receipt.path("attempt").asInt()))
                    .contains("sent3", "delivered3")
                    .doesNotContain("sent4", "delivered4");
            assertThat(provider.counts().receiptsOpen()).isZero();
        }
    }

    @Test
    void sends_receipts_before_it_answers() throws Exception {
        try (var herald = WebhookReceiver.start(folder.resolve("herald"), Clock.systemUTC())) {
            provider.sendsReceiptsTo(herald.url());
            provider.behaves(
                    ProviderFaults.parse(
                            """
                            {"receipts": {"on": true, "early": 1, "reordered": 1, "bounced": 1,
                                          "delayMillis": {"from": 60000, "to": 60000}}}\
                            """));

            post("/messages", message("key-1", 1));

            assertThat(
                            herald.inbox().all().stream()
                                    .flatMap(call -> tree(call.body()).valueStream())
                                    .map(receipt -> receipt.path("kind").asText()))
                    .containsExactlyInAnyOrder("bounced", "sent");
        }
    }

    @Test
    void sends_receipts_doubled_and_out_of_order() throws Exception {
        try (var herald = WebhookReceiver.start(folder.resolve("herald"), Clock.systemUTC())) {
            provider.sendsReceiptsTo(herald.url());
            provider.behaves(
                    ProviderFaults.parse(
                            """
                            {"receipts": {"on": true, "doubled": 1, "reordered": 1, "lateBounced": 1,
                                          "delayMillis": {"from": 1, "to": 400}}}\
                            """));

            post("/messages", message("key-1", 1));
            await(() -> provider.counts().receiptsTaken() == 6);

            var kinds =
                    herald.inbox().all().stream()
                            .flatMap(call -> tree(call.body()).valueStream())
                            .map(receipt -> receipt.path("kind").asText())
                            .toList();
            assertThat(kinds)
                    .containsExactlyInAnyOrder(
                            "sent", "sent", "delivered", "delivered", "bounced", "bounced");
        }
    }

    @Test
    void writes_down_what_comes_at_the_same_time_without_losing_any() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<HttpResponse<String>>>();
            for (int i = 0; i < 40; i++) {
                var messages =
                        IntStream.range(25 * i, 25 * i + 25)
                                .mapToObj(j -> message("key-" + j, 1))
                                .toArray(String[]::new);
                calls.add(() -> post("/messages/bulk", bulk(messages)));
            }
            for (var call : executor.invokeAll(calls)) {
                assertThat(call.get().statusCode()).isEqualTo(200);
            }
        }

        var lines = provider.record().all();
        assertThat(lines).hasSize(1_000);
        assertThat(lines).extracting(HandedOver::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(lines).extracting(HandedOver::key).doesNotHaveDuplicates();
        assertThat(provider.counts().accepted()).isEqualTo(1_000);
    }

    @Test
    void reads_a_long_record_fast() throws Exception {
        var record = new ProviderRecord(folder.resolve("long.ndjson"));
        try (var writer = record.open()) {
            var lines =
                    Stream.iterate(line(1), line -> line(line.sequence() + 1))
                            .limit(1_000)
                            .toList();
            for (int i = 0; i < 200; i++) {
                writer.write(lines);
            }
        }
        long start = System.nanoTime();

        var all = record.all();

        assertThat(all).hasSize(200_000);
        // Some tenths of a second; a million in the time of a test is what counts.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private static HandedOver line(long sequence) {
        var id = UUID.randomUUID().toString();
        return new HandedOver(
                sequence,
                1_700_000_000_000L + sequence,
                sequence,
                true,
                id,
                id,
                1,
                TENANT,
                "user-" + sequence,
                "user@example.com",
                Taking.ACCEPTED,
                Ending.ANSWERED,
                "stand-in-" + sequence);
    }

    private Map<String, Ending> endings(List<String> keys) throws Exception {
        for (var key : keys) {
            post("/messages", message(key, 1));
        }
        var endings = new HashMap<String, Ending>();
        provider.record().forEach(line -> endings.put(line.key(), line.ending()));
        return endings;
    }

    private static String message(String key, int attempt) {
        return """
        {"idempotencyKey": "%s", "from": "herald@example.com", "to": "ada@example.com",
         "subject": "Hello", "text": "Hello Ada",
         "arguments": {"tenant": "%s", "notification": "019a8f3c-5e00-7abc-8def-0123456789ab",
                       "attempt": %d, "user": "ada"}}\
        """
                .formatted(key, TENANT, attempt);
    }

    private static String bulk(String... messages) {
        return "[" + String.join(",", messages) + "]";
    }

    private HttpResponse<String> webhook(String id) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(provider.webhooks())
                        .header("webhook-id", id)
                        .timeout(Duration.ofSeconds(20))
                        .version(HttpClient.Version.HTTP_1_1)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"type\": \"t\", \"data\": {\"userId\": \"ada\"}}"))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body)
            throws IOException, InterruptedException {
        return post(path, body, Duration.ofSeconds(20));
    }

    private HttpResponse<String> post(String path, String body, Duration timeout)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(provider.url() + path))
                        .header("Authorization", "Bearer " + provider.key())
                        .header("Content-Type", "application/json")
                        .timeout(timeout)
                        .version(HttpClient.Version.HTTP_1_1)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(control(path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private URI control(String path) {
        return URI.create(provider.url() + "/control" + path);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return tree(answer.body());
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(10);
        }
    }
}
