package io.herald.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.cli.Administration;
import io.herald.cli.Json;
import io.herald.cli.Table;
import io.herald.local.outside.DeliveredMail;
import io.herald.local.outside.ReceivedWebhook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What came of a demo, for a person or as JSON. */
public final class DemoReport {
    private final Administration.Tenant tenant;
    private final JsonNode message;
    private final Map<Followed, Table> timelines = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private Optional<DeliveredMail> mail = Optional.empty();
    private Optional<ReceivedWebhook> webhook = Optional.empty();
    private Optional<String> signatureProblem = Optional.empty();
    private Optional<ArrayNode> inbox = Optional.empty();

    DemoReport(Administration.Tenant tenant, JsonNode message) {
        this.tenant = tenant;
        this.message = message;
    }

    void timeline(Followed notification, Table events) {
        timelines.put(notification, events);
    }

    void mail(DeliveredMail delivered) {
        mail = Optional.of(delivered);
    }

    void webhook(ReceivedWebhook received) {
        webhook = Optional.of(received);
        signatureProblem = SignatureCheck.problem(received, tenant.webhookSecret());
        signatureProblem.ifPresent(
                problem -> misses("The webhook's signature is not valid: " + problem));
    }

    void inbox(ArrayNode messages) {
        inbox = Optional.of(messages);
    }

    void misses(String what) {
        missing.add(what);
    }

    /** What should have happened and did not; empty when all of it happened. */
    public List<String> missing() {
        return List.copyOf(missing);
    }

    /** All of it, for a person. */
    public String text() {
        var sections = new ArrayList<String>();
        sections.add("Sent: POST /v1/notifications\n" + indented(message.toString()));
        mail.map(MailText::of)
                .ifPresent(it ->
                        sections.add(
                                "The mail, as the mail server took it\n"
                                        + indented(
                                                String.join("\n", it.headers())
                                                        + "\n\n"
                                                        + it.body())));
        inbox.ifPresent(it -> sections.add("The inbox\n" + inboxTable(it).text("  ")));
        webhook.ifPresent(
                it -> sections.add("The webhook, as the receiver took it\n" + indented(text(it))));
        timelines.forEach((notification, events) ->
                sections.add(
                        "%s: %s\n%s"
                                .formatted(
                                        notification.channel(),
                                        notification.id(),
                                        events.text("  "))));
        return String.join("\n\n", sections);
    }

    private String text(ReceivedWebhook received) {
        var text = new StringBuilder();
        for (var name :
                List.of("content-type", "webhook-id", "webhook-timestamp", "webhook-signature")) {
            text.append(name).append(": ").append(received.header(name).orElse("")).append('\n');
        }
        text.append('\n').append(received.body()).append("\n\n");
        return text.append(
                        signatureProblem
                                .map(problem -> "signature NOT valid: " + problem)
                                .orElse("signature verified"))
                .toString();
    }

    private static Table inboxTable(ArrayNode messages) {
        var table = new Table("title", "body", "id");
        for (var one : messages) {
            table.row(
                    one.path("title").asText(), one.path("body").asText(), one.path("id").asText());
        }
        return table;
    }

    private static String indented(String text) {
        return text.lines()
                .map(line -> line.isEmpty() ? "" : "  " + line)
                .collect(Collectors.joining("\n"));
    }

    /** All of it, for a program. */
    public ObjectNode json() {
        var json = Json.object().put("tenant", tenant.name());
        json.set("message", message);
        var notifications = json.putArray("notifications");
        timelines.forEach((notification, events) ->
                notifications
                        .addObject()
                        .put("id", notification.id())
                        .put("channel", notification.channel())
                        .put("status", notification.status())
                        .set("events", events.json()));
        mail.map(MailText::of)
                .ifPresent(it -> {
                    var object = json.putObject("mail").put("text", it.body());
                    it.headers().forEach(object.putArray("headers")::add);
                });
        inbox.ifPresent(it -> json.set("inbox", it));
        webhook.ifPresent(it ->
                json.putObject("webhook")
                        .put("body", it.body())
                        .put("signatureVerified", signatureProblem.isEmpty()));
        missing.forEach(json.putArray("missing")::add);
        return json;
    }
}
