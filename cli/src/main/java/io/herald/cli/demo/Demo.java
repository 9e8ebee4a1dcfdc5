package io.herald.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.herald.cli.Administration;
import io.herald.cli.ApiClient;
import io.herald.cli.CommandException;
import io.herald.cli.Json;
import io.herald.cli.Progress;
import io.herald.cli.Stack;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes a tenant, a user and a template, sends one message to three channels, and follows each
 * until it is delivered.
 */
public final class Demo {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String TEMPLATE = "order-shipped";
    private static final String USER = "ada";

    private final Stack stack;
    private final Progress progress;
    private final String name;
    private final String address;

    /**
     * @param name of the tenant that is made, unlike any before
     */
    public Demo(Stack stack, Progress progress, String name) {
        this.stack = stack;
        this.progress = progress;
        this.name = name;
        this.address = USER + "@" + name + ".example";
    }

    /**
     * @return what came of it
     * @throws CommandException when a step failed, so that the next ones make no sense
     */
    public DemoReport run() throws Administration.Refused, IOException, InterruptedException {
        progress.now("Making a tenant");
        var tenant = new Administration(stack).createTenant(name);
        try (var api = new ApiClient(stack.url(), tenant.key())) {
            progress.now("Making a user and a template");
            api.put("/v1/users/" + USER, user()).expectSuccess();
            api.put("/v1/templates/" + TEMPLATE, template()).expectSuccess();

            progress.now("Sending");
            var accepted = api.post("/v1/notifications", message()).expectSuccess();
            var notifications = new ArrayList<Followed>();
            accepted.path("data").forEach(one -> notifications.add(new Followed(one)));
            follow(notifications, api);
            return look(tenant.tenant(), notifications, api);
        }
    }

    private JsonNode user() {
        return Json.object()
                .put("email", address)
                .put("webhookUrl", stack.webhookReceiver().toString());
    }

    private static JsonNode template() {
        return Json.read(
                """
                {
                  "email": {
                    "subject": "Your order {{order}} is on its way",
                    "text": "Hello {{name}},\\n\\nyour order {{order}} left us today.\\n",
                    "html": "<p>Hello {{name}},</p><p>your order <b>{{order}}</b> left us today.</p>"
                  },
                  "inbox": {"title": "Order {{order}} shipped", "body": "It left us today."},
                  "webhook": {"type": "order.shipped", "body": "Order {{order}} shipped"},
                  "requiredVariables": ["order", "name"]
                }
                """);
    }

    private static JsonNode message() {
        return Json.read(
                """
                {
                  "userId": "%s",
                  "channels": ["email", "inbox", "webhook"],
                  "template": "%s",
                  "payload": {"order": "A-17", "name": "Ada"}
                }
                """
                        .formatted(USER, TEMPLATE));
    }

    private void follow(List<Followed> notifications, ApiClient api) throws InterruptedException {
        var startedAt = System.nanoTime();
        while (System.nanoTime() - startedAt < PATIENCE.toNanos()) {
            var open =
                    notifications.stream()
                            .filter(one -> !one.isDelivered() && !one.isLost())
                            .toList();
            if (open.isEmpty()) {
                return;
            }
            for (var notification : open) {
                notification.look(api);
            }
            progress.now(
                    notifications.stream()
                            .map(one -> one.channel() + " " + one.status())
                            .collect(Collectors.joining(", ")));
            Thread.sleep(PAUSE);
        }
    }

    private DemoReport look(
            Administration.Tenant tenant, List<Followed> notifications, ApiClient api)
            throws IOException, InterruptedException {
        progress.now("Looking at what was delivered");
        var report = new DemoReport(tenant, message());
        if (notifications.size() != 3) {
            report.misses("3 notifications should have been accepted, not " + notifications.size());
        }
        for (var notification : notifications) {
            report.timeline(notification, notification.timeline(api));
            if (!notification.isDelivered()) {
                report.misses(notification.complaint());
            }
        }

        stack.mailbox().to(address).stream()
                .findFirst()
                .ifPresentOrElse(
                        report::mail, () -> report.misses("There is no mail to " + address + "."));
        for (var notification : notifications) {
            if (notification.channel().equals("webhook")) {
                stack.webhooks().withHeader("webhook-id", notification.id()).stream()
                        .findFirst()
                        .ifPresentOrElse(
                                report::webhook,
                                () ->
                                        report.misses(
                                                "The receiver got no webhook about "
                                                        + notification.id()
                                                        + "."));
            }
        }

        var inbox = api.get("/v1/users/" + USER + "/inbox").expectSuccess().path("data");
        if (inbox instanceof ArrayNode messages && !messages.isEmpty()) {
            report.inbox(messages);
        } else {
            report.misses("The inbox of " + USER + " is empty.");
        }
        return report;
    }
}
