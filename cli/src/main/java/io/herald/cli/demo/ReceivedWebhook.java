package io.herald.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.herald.cli.Json;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A webhook as the stack's receiver took it.
 *
 * @param headers with names in lower case
 * @param body exactly as received: the signature is over it
 */
public record ReceivedWebhook(Map<String, List<String>> headers, String body) {
    public ReceivedWebhook {
        headers = Map.copyOf(headers);
    }

    /**
     * Looks for the webhook about a notification.
     *
     * @param folder where the receiver puts each request, as one file
     */
    public static Optional<ReceivedWebhook> about(String notification, Path folder)
            throws IOException {
        for (var file : DeliveredMail.filesIn(folder)) {
            var webhook = of(Json.read(Files.readAllBytes(file)));
            if (webhook.header("webhook-id").equals(notification)) {
                return Optional.of(webhook);
            }
        }
        return Optional.empty();
    }

    private static ReceivedWebhook of(JsonNode file) {
        var headers = new LinkedHashMap<String, List<String>>();
        for (var header : file.path("headers").properties()) {
            var values = new ArrayList<String>();
            if (header.getValue().isArray()) {
                header.getValue().forEach(value -> values.add(value.asText()));
            } else {
                values.add(header.getValue().asText());
            }
            headers.put(header.getKey().toLowerCase(java.util.Locale.ROOT), values);
        }
        return new ReceivedWebhook(headers, file.path("body").asText());
    }

    /** The value of a header; empty when there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, List.of("")).getFirst();
    }

    /**
     * Checks the signature as the specification of Standard Webhooks says, with its own library.
     *
     * @param secret the tenant's, {@code whsec_...}
     * @return why it is not valid; empty when it is
     */
    public Optional<String> signatureProblem(String secret) {
        try {
            new Webhook(secret).verify(body, HttpHeaders.of(headers, (_, _) -> true).map());
            return Optional.empty();
        } catch (WebhookVerificationException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
