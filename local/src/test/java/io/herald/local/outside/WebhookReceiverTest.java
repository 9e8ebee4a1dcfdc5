package io.herald.local.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.local.outside.WebhookReceiver.Answer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookReceiverTest {

    @TempDir Path folder;

    @Test
    void keeps_each_request() throws Exception {
        try (var receiver = WebhookReceiver.start(folder, Clock.systemUTC());
                var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(receiver.url().resolve("/hook?a=b"))
                            .header("webhook-id", "msg/1")
                            .header("webhook-signature", "v1,abc")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"Zoë\"}"))
                            .build();
            var answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(204);
        }
        var inbox = new WebhookInbox(folder);
        assertThat(inbox.withHeader("Webhook-Id", "msg/1"))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.method()).isEqualTo("POST");
                    assertThat(request.path()).isEqualTo("/hook?a=b");
                    assertThat(request.body()).isEqualTo("{\"name\":\"Zoë\"}");
                    assertThat(request.header("WEBHOOK-SIGNATURE")).hasValue("v1,abc");
                    assertThat(request.file().getFileName()).hasToString("000000001-msg_1.json");
                });
        assertThat(inbox.withHeader("webhook-id", "other")).isEmpty();
    }

    @Test
    void answers_as_it_was_told_to() throws Exception {
        try (var receiver = WebhookReceiver.start(folder, Clock.systemUTC());
                var client = HttpClient.newHttpClient()) {
            receiver.answers(new Answer(503, Duration.ofMillis(50), Optional.of(7)));
            var before = System.nanoTime();
            var answer =
                    client.send(
                            HttpRequest.newBuilder(receiver.url()).build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(50));
        }
    }
}
