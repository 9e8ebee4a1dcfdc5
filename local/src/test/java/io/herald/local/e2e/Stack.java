package io.herald.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.local.LocalCloud;
import io.herald.local.LocalSettings;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.outside.DeliveredMail;
import io.herald.local.outside.ReceivedWebhook;
import io.herald.local.outside.WebhookReceiver;
import io.herald.local.poller.Backoff;
import io.herald.servers.Servers;
import io.herald.servers.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** One local cloud for all end-to-end tests of a JVM, started when first asked for. */
final class Stack {

    static final String ORDER_SHIPPED =
            """
            {"email": {"subject": "Order {{order}} has shipped",
                       "text": "Hello {{name}}, order {{order}} has shipped.",
                       "html": "<p>Hello {{name}}, order {{order}} has shipped.</p>"},
             "inbox": {"title": "Order {{order}} has shipped"},
             "webhook": {},
             "requiredVariables": ["order"]}\
            """;

    private static @Nullable Stack shared;

    private final LocalCloud cloud;

    private Stack(LocalCloud cloud) {
        this.cloud = cloud;
    }

    static synchronized Stack shared() {
        var stack = shared;
        if (stack == null) {
            stack = start();
            shared = stack;
        }
        return stack;
    }

    private static Stack start() {
        try {
            var folder =
                    Files.createTempDirectory(
                            Path.of(System.getProperty("java.io.tmpdir")), "herald-e2e-");
            var settings =
                    LocalSettings.in(folder, SharedServers.binaries())
                            .withBackoff(
                                    new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2)));
            var cloud = LocalCloud.start(settings);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(cloud::close));
            cloud.awaitReady(Duration.ofSeconds(30));
            return new Stack(cloud);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A tenant that no other test sees, and its key. */
    record TestTenant(String webhookSecret, Api api) {}

    TestTenant newTenant() {
        var request =
                Api.JSON
                        .createObjectNode()
                        .put("action", "createTenant")
                        .put("name", "t-" + UUID.randomUUID());
        try {
            var result = cloud.invoke("administration", request.toString().getBytes(UTF_8));
            if (!(result instanceof InvocationResult.Answered(var payload))) {
                throw new AssertionError(result);
            }
            var answer = Api.JSON.readTree(payload);
            return new TestTenant(
                    answer.at("/tenant/webhookSecret").asText(),
                    new Api(cloud.url().toString(), answer.path("key").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Servers servers() {
        return cloud.servers();
    }

    String webhookUrl() {
        return cloud.webhooks().url() + "hook";
    }

    /** The text of the mails that a notification has become. */
    List<String> mailsAbout(String id) {
        return cloud.mail().mailbox().all().stream()
                .map(DeliveredMail::text)
                .filter(text -> text.contains(id))
                .toList();
    }

    /** What the receiver got for a notification. */
    record Webhook(ReceivedWebhook request) {

        String header(String name) {
            return request.header(name).orElseThrow(() -> new AssertionError("no " + name));
        }

        String body() {
            return request.body();
        }
    }

    List<Webhook> webhooksAbout(String id) {
        return cloud.webhooks().inbox().withHeader("webhook-id", id).stream()
                .map(Webhook::new)
                .toList();
    }

    void webhookAnswers(int status) {
        cloud.webhooks().answers(WebhookReceiver.Answer.ofStatus(status));
    }

    void pauseDelivery(String lane) {
        cloud.pausePoller("deliver-" + lane);
    }

    void resumeDelivery(String lane) {
        cloud.resumePoller("deliver-" + lane);
    }

    /** Puts a record on a topic that no function can decode. */
    void poison(String topic, String value) {
        try (var producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                cloud.servers().kafka().bootstrapServers(),
                                "acks",
                                "all"),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How many records were kept because nobody could decode them. */
    int undecodableRecords() {
        var postgres = cloud.servers().postgres();
        try (var connection =
                        DriverManager.getConnection(
                                postgres.jdbcUrl(), postgres.user(), postgres.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM undecodable_record")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
