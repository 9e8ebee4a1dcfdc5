package io.herald.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.World.Answer;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReceiptApiTest {
    private static final String PATH = "/v1/callbacks/http/default";

    private final World world = new World();
    private final NotificationId id = sent(world.tenant);

    @Test
    void what_has_arrived_is_delivered() {
        assertThat(send("[" + receipt(id, 1, "delivered") + "]").status()).isEqualTo(204);

        assertThat(kinds(id)).containsExactly("CLAIMED", "SENT", "DELIVERED");
        assertThat(newest(id).status()).isEqualTo(Status.DELIVERED);
        assertThat(newest(id).reference()).isEqualTo("m-1");
    }

    @Test
    void what_came_back_says_why() {
        send(
                "[%s]"
                        .formatted(
                                receipt(id, 1, "bounced")
                                        .replace("}", ", \"reason\": \"mailbox_full\"}")));

        var shown = world.get("/v1/notifications/" + id).answer().body();
        assertThat(shown.path("status").asText()).isEqualTo("BOUNCED");
        assertThat(shown.at("/reason/code").asText()).isEqualTo("bounced");
        var event = world.get("/v1/notifications/" + id + "/events").answer().body().at("/data/3");
        assertThat(event.path("kind").asText()).isEqualTo("bounced");
    }

    @Test
    void the_same_again_changes_nothing() {
        send("[" + receipt(id, 1, "delivered") + "]");
        send("[" + receipt(id, 1, "delivered") + "]");
        send("[%s, %s]".formatted(receipt(id, 1, "delivered"), receipt(id, 1, "sent")));

        assertThat(kinds(id)).containsExactly("CLAIMED", "SENT", "DELIVERED");
    }

    @Test
    void those_of_one_call_are_taken_whatever_their_order() {
        var answer =
                send(
                        "[%s, %s, %s]"
                                .formatted(
                                        receipt(id, 1, "bounced"),
                                        receipt(id, 1, "delivered"),
                                        receipt(id, 1, "bounced")));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(kinds(id)).containsExactly("CLAIMED", "SENT", "BOUNCED", "DELIVERED");
        assertThat(newest(id).status()).isEqualTo(Status.BOUNCED);
    }

    @Test
    void a_thousand_are_taken_in_one_call() {
        var ids = IntStream.range(0, 1_000).mapToObj(_ -> sent(world.tenant)).toList();

        var answer =
                send(
                        ids.stream()
                                .map(each -> receipt(each, 1, "delivered"))
                                .collect(Collectors.joining(",", "[", "]")));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(ids).allMatch(each -> newest(each).status() == Status.DELIVERED);
    }

    @Test
    void what_is_not_known_is_passed_over_and_not_told() {
        var unknown = new NotificationId(new UUID(7, 7));
        var others = sent(world.otherTenant);
        // Not of the tenant that it names.
        var wrong = receipt(others, 1, "bounced");

        var answer =
                send(
                        "[%s, %s, %s, %s]"
                                .formatted(
                                        receipt(unknown, 1, "sent"),
                                        wrong,
                                        receipt(id, 2, "delivered"),
                                        receipt(id, 1, "delivered")));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        assertThat(kinds(others)).containsExactly("CLAIMED", "SENT");
        assertThat(kinds(id)).containsExactly("CLAIMED", "SENT", "DELIVERED");
    }

    @Test
    void a_body_in_base64_is_signed_as_its_bytes() {
        var body = "[" + receipt(id, 1, "delivered") + "]";

        var answer = signed(body).bytes(body.getBytes(UTF_8)).answer();

        assertThat(answer.status()).isEqualTo(204);
        assertThat(newest(id).status()).isEqualTo(Status.DELIVERED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
    void nothing_is_taken_without_a_signature(String header) {
        var body = "[" + receipt(id, 1, "delivered") + "]";

        for (var call :
                List.of(
                        signed(body).header(header),
                        signed(body).header(header, "other"),
                        signed(body).header(header, "one", "two"))) {
            var answer = call.json(body).answer().isProblem(401, "unsigned");
            assertThat(answer.headers()).containsKey("WWW-Authenticate");
        }
        assertThat(kinds(id)).containsExactly("CLAIMED", "SENT");
    }

    @Test
    void nothing_is_said_of_a_body_that_is_not_signed() {
        for (var body : List.of("", "{", "[{\"unknown\": 1}]")) {
            signed("other").json(body).answer().isProblem(401, "unsigned");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/callbacks/http/other",
                "/v1/callbacks/smtp/default",
                "/v1/callbacks/http/default/more",
                "/v1/callbacks/http"
            })
    void a_connection_that_is_not_there_is_not_found(String path) {
        world.post(path).anonymous().json("[]").answer().isProblem(404, "not-found");
    }

    @Test
    void only_post_is_allowed() {
        world.get(PATH).answer().isProblem(405, "method-not-allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1,]", "[{\"a\": 1, \"a\": 2}]"})
    void what_is_not_json_is_malformed(String body) {
        send(body).isProblem(400, "malformed");
    }

    @Test
    void what_is_not_said_to_be_json_is_not_taken() {
        signed("[]")
                .header("Content-Type", "text/plain")
                .body("[]")
                .answer()
                .isProblem(415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "\"text\"", "1"})
    void what_is_no_list_of_receipts_is_wrong(String body) {
        assertThat(send(body).wrong()).containsExactly("");
    }

    @Test
    void more_than_a_thousand_are_too_many() {
        var body =
                IntStream.range(0, 1_001)
                        .mapToObj(_ -> receipt(id, 1, "sent"))
                        .collect(Collectors.joining(",", "[", "]"));

        assertThat(send(body).wrong()).containsExactly("");
    }

    @Test
    void everything_that_is_wrong_is_said_and_nothing_is_taken() {
        var answer =
                send(
                        """
                        [%s, 7, {},
                         {"tenant": "x", "notification": 1, "attempt": 0, "kind": "opened",
                          "at": "yesterday", "reason": "No!", "id": "", "extra": 1}]\
                        """
                                .formatted(receipt(id, 1, "delivered")));

        assertThat(answer.wrong())
                .containsExactly(
                        "/1",
                        "/2/tenant",
                        "/2/notification",
                        "/2/attempt",
                        "/2/kind",
                        "/2/at",
                        "/3/tenant",
                        "/3/notification",
                        "/3/attempt",
                        "/3/kind",
                        "/3/at",
                        "/3/reason",
                        "/3/id",
                        "/3/extra");
        assertThat(kinds(id)).containsExactly("CLAIMED", "SENT");
    }

    @Test
    void an_outage_is_said_and_the_call_can_be_repeated() {
        var body = "[" + receipt(id, 1, "delivered") + "]";
        world.stores.goDown();

        assertThat(send(body).isProblem(503, "unavailable").headers()).containsKey("Retry-After");
    }

    @ParameterizedTest
    @CsvSource({"sent, SENT", "delivered, DELIVERED", "bounced, BOUNCED", "refused, FAILED"})
    void settles_what_was_not_known(String kind, Status settled) {
        var unknown = claimed(world.tenant);
        append(world.tenant, event(unknown, 2, EventKind.LOST, Status.UNKNOWN));

        send("[" + receipt(unknown, 1, kind) + "]");

        assertThat(newest(unknown).status()).isEqualTo(settled);
    }

    @Test
    void may_come_before_the_worker_has_said_anything() {
        var early = claimed(world.tenant);

        send("[" + receipt(early, 1, "delivered") + "]");

        assertThat(newest(early).status()).isEqualTo(Status.DELIVERED);
    }

    private NotificationId sent(TenantId tenant) {
        var made = claimed(tenant);
        append(tenant, event(made, 2, EventKind.SENT, Status.SENT));
        return made;
    }

    private NotificationId claimed(TenantId tenant) {
        var made = world.hasNotification(tenant, "ada");
        append(tenant, event(made, 1, EventKind.CLAIMED, Status.SENDING));
        return made;
    }

    private Event event(NotificationId notification, int sequence, EventKind kind, Status status) {
        return new Event(
                notification, sequence, kind, status, 1, world.clock.instant(), null, null, null);
    }

    private void append(TenantId tenant, Event event) {
        assertThat(world.stores.timeline().append(List.of(Transition.of(tenant, event))))
                .hasSize(1);
    }

    private List<String> kinds(NotificationId notification) {
        return world.stores.timeline().of(notification).stream()
                .map(event -> event.kind().name())
                .toList();
    }

    private Event newest(NotificationId notification) {
        return world.stores.timeline().of(notification).getLast();
    }

    private String receipt(NotificationId notification, int attempt, String kind) {
        return """
        {"tenant": "%s", "notification": "%s", "attempt": %d, "kind": "%s",
         "at": "2026-11-23T10:00:00Z", "id": "m-1"}\
        """
                .formatted(world.tenant, notification, attempt, kind);
    }

    private Answer send(String body) {
        return signed(body).json(body).answer();
    }

    private World.Request signed(String body) {
        return world.post(PATH).anonymous().body(body).signed();
    }
}
