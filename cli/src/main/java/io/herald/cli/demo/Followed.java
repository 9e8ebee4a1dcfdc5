package io.herald.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.cli.ApiClient;
import io.herald.cli.Table;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Set;

/** One of the demo's notifications, on its way. */
final class Followed {
    private static final Set<String> NEVER_DELIVERED =
            Set.of("FAILED", "BOUNCED", "UNKNOWN", "SUPPRESSED", "CANCELLED", "EXPIRED");

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private final String id;
    private final String channel;
    private final String goal;
    private String status;
    private String reason = "";

    /**
     * @param accepted one of the {@code data} of the answer that accepted it
     */
    Followed(JsonNode accepted) {
        this.id = accepted.path("id").asText();
        this.channel = accepted.path("channel").asText();
        this.status = accepted.path("status").asText();
        // Whether a mail was read by anyone, or even reached its mailbox, SMTP doesn't tell.
        this.goal = channel.equals("email") ? "SENT" : "DELIVERED";
    }

    String id() {
        return id;
    }

    String channel() {
        return channel;
    }

    String status() {
        return status;
    }

    /** Asks where it stands now. */
    void look(ApiClient api) throws InterruptedException {
        var notification = api.get("/v1/notifications/" + id).expectSuccess();
        status = notification.path("status").asText();
        reason = notification.at("/reason/words").asText();
    }

    boolean isDelivered() {
        return status.equals(goal) || status.equals("DELIVERED");
    }

    boolean isLost() {
        return NEVER_DELIVERED.contains(status);
    }

    /** What is to be said when it was not delivered. */
    String complaint() {
        return "The "
                + channel
                + " notification "
                + id
                + " is "
                + status
                + ", and not "
                + goal
                + (reason.isEmpty() ? "." : ": " + reason);
    }

    /** Its events, with the time since it was accepted. */
    Table timeline(ApiClient api) throws InterruptedException {
        var events = api.get("/v1/notifications/" + id + "/events").expectSuccess().path("data");
        var acceptedAt = Instant.parse(events.path(0).path("at").asText());
        var table = new Table("after", "event", "status", "at");
        for (var event : events) {
            var at = Instant.parse(event.path("at").asText());
            table.row(
                    Duration.between(acceptedAt, at).toMillis() + " ms",
                    event.path("kind").asText(),
                    event.path("status").asText(),
                    TIME.format(at));
        }
        return table;
    }
}
