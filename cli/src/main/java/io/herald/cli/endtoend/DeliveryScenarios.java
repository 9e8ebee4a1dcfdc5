package io.herald.cli.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.cli.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** Messages, and what becomes of them. */
final class DeliveryScenarios {
    /** Of a mail it is not known whether it reached its mailbox: it is sent. */
    private static final String[] MAILED = {"SENT", "DELIVERED"};

    private DeliveryScenarios() {}

    /** Mail and webhooks only where there is someone to get them. */
    static List<Scenario> all(Deployment deployment) {
        var all = new ArrayList<Scenario>();
        all.add(new Scenario("a message reaches the inbox", DeliveryScenarios::inbox));
        all.add(new Scenario("an urgent message reaches the inbox", DeliveryScenarios::urgent));
        all.add(new Scenario("a message without a template", DeliveryScenarios::ownContent));
        all.add(new Scenario("messages nobody could get are refused", DeliveryScenarios::refused));
        deployment
                .email()
                .ifPresent(address ->
                        all.add(
                                new Scenario(
                                        "a message is mailed to a user, and to an address",
                                        visit -> email(visit, address))));
        deployment
                .webhook()
                .ifPresent(url ->
                        all.add(
                                new Scenario(
                                        "a webhook reaches a user's URL, and any",
                                        visit -> webhook(visit, url))));
        return all;
    }

    private static void inbox(Visit visit) throws InterruptedException {
        var user = visit.user();
        var template =
                visit.template(
                        """
                        {"inbox": {"title": "Order {{order}}", "body": "For {{name}}"},
                         "requiredVariables": ["order"]}
                        """);
        var id =
                visit.send(
                        """
                        {"userId": "%s", "channels": ["inbox"], "template": "%s",
                         "payload": {"order": "A-17", "name": "Ada & Eve"}, "metadata": {"cart": "9"}}
                        """
                                .formatted(user, template));
        visit.await(id, "DELIVERED")
                .expect("/id", id)
                .expect("/userId", user)
                .expect("/channel", "inbox")
                .expect("/template", template)
                .expect("/templateVersion", 1)
                .expect("/category", "transactional")
                .expectNull("/to")
                .expectNull("/reason")
                .expectNull("/content")
                .expect("/payload", Json.read("{\"order\": \"A-17\", \"name\": \"Ada & Eve\"}"))
                .expect("/metadata", Json.read("{\"cart\": \"9\"}"));

        var timeline =
                visit.call(Call.get("/v1/notifications/" + id + "/events"))
                        .expect(200)
                        .expect("/data/0/kind", "accepted")
                        .expect("/data/0/status", "PENDING")
                        .expectNull("/nextCursor");
        var events = timeline.at("/data");
        for (var sequence = 0; sequence < events.size(); sequence++) {
            timeline.expect("/data/" + sequence + "/sequence", sequence);
        }
        timeline.expect("/data/" + (events.size() - 1) + "/status", "DELIVERED");
        if (!kinds(events).containsAll(List.of("accepted", "claimed"))) {
            throw timeline.unexpected("an event claimed between the others");
        }
        visit.call(Call.get("/v1/users/" + user + "/events"))
                .expect(200)
                .expect("/data/0/notificationId", id)
                .expect("/data/0/status", "DELIVERED")
                .expectThat("as many events", it -> it.at("/data").size() == events.size());

        visit.call(Call.get("/v1/users/" + user + "/inbox"))
                .expect(200)
                .expectThat("one message", it -> it.at("/data").size() == 1)
                .expect("/data/0/id", id)
                .expect("/data/0/title", "Order A-17")
                .expect("/data/0/body", "For Ada & Eve")
                .expectNull("/nextCursor");
    }

    private static List<String> kinds(JsonNode events) {
        return StreamSupport.stream(events.spliterator(), false)
                .map(event -> event.path("kind").asText())
                .toList();
    }

    private static void urgent(Visit visit) throws InterruptedException {
        var id =
                visit.send(
                        """
                        {"userId": "%s", "channels": ["inbox"], "category": "security",
                         "content": {"inbox": {"title": "{{code}}"}}, "payload": {"code": "204981"}}
                        """
                                .formatted(visit.user()));
        visit.await(id, "DELIVERED").expect("/category", "security");
    }

    private static void ownContent(Visit visit) throws InterruptedException {
        var user = visit.user();
        var id =
                visit.send(
                        """
                        {"userId": "%s", "channels": ["inbox"],
                         "content": {"inbox": {"title": "Hello {{name}}"}}, "payload": {"name": "Eve"}}
                        """
                                .formatted(user));
        visit.await(id, "DELIVERED")
                .expectNull("/template")
                .expectNull("/templateVersion")
                .expect("/content/inbox/title", "Hello {{name}}");
        visit.call(Call.get("/v1/users/" + user + "/inbox"))
                .expect(200)
                .expect("/data/0/title", "Hello Eve");
    }

    private static void refused(Visit visit) throws InterruptedException {
        var user = visit.user();
        var template =
                visit.template(
                        """
                        {"inbox": {"title": "Order {{order}}"}, "email": {"subject": "S", "text": "T"},
                         "requiredVariables": ["order"]}
                        """);
        expectRefused(
                visit,
                """
                {"userId": "%s", "channels": ["inbox"], "template": "%s"}
                """
                        .formatted(visit.name("nobody"), visit.name("nothing")),
                "/userId",
                "/template");
        expectRefused(
                visit,
                """
                {"channels": ["inbox", "pigeon"], "user_id": "x", "metadata": {"cart": 9}}
                """,
                "/userId",
                "/template",
                "/channels/1",
                "/user_id",
                "/metadata/cart");
        expectRefused(
                visit,
                """
                {"userId": "%s", "channels": ["inbox", "email"], "template": "%s"}
                """
                        .formatted(user, template),
                "/channels/1",
                "/payload/order");
        expectRefused(
                visit,
                """
                {"userId": "%s", "to": {"email": "%s"}, "channels": ["email"], "template": "%s",
                 "payload": {"order": "1"}}
                """
                        .formatted(user, visit.address(), template),
                "/to",
                // The user is the one who may stay, and has no address.
                "/channels/0");
        visit.call(Call.get("/v1/notifications?userId=" + user))
                .expect(200)
                .expect("/data", Json.read("[]"));
    }

    private static void expectRefused(Visit visit, String message, String... pointers)
            throws InterruptedException {
        visit.expectProblem(visit.call(Call.post("/v1/notifications", message)), 422, "invalid")
                .expectErrors(pointers);
    }

    private static void email(Visit visit, String address) throws InterruptedException {
        var user = visit.user("{\"email\": %s}".formatted(Visit.quoted(address)));
        var template =
                visit.template(
                        """
                        {"email": {"subject": "Herald's end-to-end suite: {{what}}",
                                   "text": "Sent to try a deployment. Nothing is to be done."}}
                        """);
        var toUser =
                visit.send(
                        """
                        {"userId": "%s", "channels": ["email"], "template": "%s",
                         "payload": {"what": "to a user"}}
                        """
                                .formatted(user, template));
        var toAddress =
                visit.send(
                        """
                        {"to": {"email": %s}, "channels": ["email"], "template": "%s",
                         "payload": {"what": "to an address"}}
                        """
                                .formatted(Visit.quoted(address), template));
        visit.await(toUser, MAILED).expect("/userId", user).expectNull("/to");
        visit.await(toAddress, MAILED).expectNull("/userId").expect("/to/email", address);
    }

    private static void webhook(Visit visit, String url) throws InterruptedException {
        var user = visit.user("{\"webhookUrl\": %s}".formatted(Visit.quoted(url)));
        var content =
                """
                "content": {"webhook": {"type": "herald.endtoend", "body": "Tries a deployment."}}
                """;
        var toUser =
                visit.send(
                        "{\"userId\": \"%s\", \"channels\": [\"webhook\"], %s}"
                                .formatted(user, content));
        var toUrl =
                visit.send(
                        "{\"to\": {\"webhookUrl\": %s}, \"channels\": [\"webhook\"], %s}"
                                .formatted(Visit.quoted(url), content));
        visit.await(toUser, "DELIVERED").expect("/userId", user);
        visit.await(toUrl, "DELIVERED").expectNull("/userId").expect("/to/webhookUrl", url);
    }
}
