package io.herald.local.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.local.LocalCloud;
import io.herald.local.LocalSettings;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.outside.DeliveredMail;
import io.herald.local.outside.ReceivedWebhook;
import io.herald.local.outside.StandInProvider;
import io.herald.local.outside.WebhookReceiver;
import io.herald.local.poller.Backoff;
import io.herald.servers.Servers;
import io.herald.servers.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * One local cloud for all tests of this JVM, or one for each way of running, impatient enough that
 * a test need not wait for minutes.
 */
final class Stack {

    static final String ORDER_SHIPPED =
            """
            {"email": {"subject": "Order {{order}} has shipped",
                       "text": "Hello {{name}}, order {{order}} is on its way.",
                       "html": "<p>Hello {{name}}, order <b>{{order}}</b> is on its way.</p>"},
             "webhook": {"type": "order.shipped"},
             "inbox": {"title": "Order {{order}} has shipped", "body": "It is on its way."},
             "requiredVariables": ["order"]}\
            """;

    static final Duration LEASE = Duration.ofSeconds(6);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static @Nullable Stack shared;
    private static @Nullable Stack isolated;
    private static @Nullable Stack standIn;

    private final LocalCloud cloud;

    /** A tenant of its own for each test. */
    record TestTenant(UUID id, String name, String webhookSecret, Api api) {}

    private Stack(LocalCloud cloud) {
        this.cloud = cloud;
    }

    /** The one that tests are to run on: in this JVM, but between the next two calls. */
    static synchronized Stack current() {
        if (isolated != null) {
            return isolated;
        }
        var started = shared;
        if (started == null) {
            started = start(settings());
            shared = started;
        }
        return started;
    }

    /** From here on tests run on one with every function in JVMs of its own. */
    static synchronized void runIsolated() {
        var started = start(settings().inJvmsOfTheirOwn());
        isolated = started;
        started.warmUp();
    }

    /** So that it takes nothing from the tests that follow. */
    static synchronized void stopIsolated() {
        if (isolated != null) {
            isolated.cloud.close();
            isolated = null;
        }
    }

    /** One whose mail goes to a stand-in provider. */
    static synchronized void startWithStandIn() {
        standIn = start(settings().withStandInProvider());
    }

    /** The one that was started last with a stand-in provider. */
    static synchronized Stack withStandIn() {
        return Objects.requireNonNull(standIn, "it is not started");
    }

    static synchronized void stopStandIn() {
        if (standIn != null) {
            standIn.cloud.close();
            standIn = null;
        }
    }

    private static LocalSettings settings() {
        var folder = Path.of(System.getProperty("java.io.tmpdir"), "e2e-" + System.nanoTime());
        return LocalSettings.in(folder, SharedServers.binaries())
                .withBackoff(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2)))
                .withVariable("HERALD_DELIVERY_LEASE", LEASE.toString())
                .withVariable("HERALD_PROVIDER_TIMEOUT", "PT2S")
                .withVariable("HERALD_OUTBOX_GRACE", "PT1S")
                .withVariable("HERALD_RETRY_BASE", "PT0.3S")
                .withVariable("HERALD_LOOK_AGAIN_AFTER", "PT20S");
    }

    private static Stack start(LocalSettings settings) {
        try {
            var cloud = LocalCloud.start(settings);
            Runtime.getRuntime().addShutdownHook(new Thread(cloud::close));
            cloud.awaitReady(PATIENCE);
            return new Stack(cloud);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Has each function serve a first request. On Lambda a snapshot spares it what a JVM that has
     * only just started needs for that, which here may be longer than it waits for Postgres.
     */
    private void warmUp() {
        Api.await(
                () -> invoke("{\"action\": \"listTenants\"}"),
                InvocationResult.Answered.class::isInstance,
                PATIENCE,
                () -> "administration");
        var api = newTenant().api();
        Api.await(
                () ->
                        api.put(
                                        "/v1/users/ada",
                                        "{\"email\": \"ada@example.com\", \"webhookUrl\": \"%s\"}"
                                                .formatted(webhookUrl()))
                                .status(),
                status -> status < 300,
                PATIENCE,
                () -> "api");
        api.put("/v1/templates/order-shipped", ORDER_SHIPPED).expect(201);
        for (var channel : List.of("email", "inbox", "webhook")) {
            var id = api.send("ada", channel, "order-shipped", "{\"order\": \"W\"}");
            api.settled(id, PATIENCE);
        }
    }

    Servers servers() {
        return cloud.servers();
    }

    Map<String, String> environment() {
        return cloud.environment();
    }

    String url() {
        return cloud.url().toString();
    }

    TestTenant newTenant() {
        var made =
                administer(
                        "{\"action\": \"createTenant\", \"name\": \"t%d-%d\"}"
                                .formatted(
                                        ProcessHandle.current().pid(), TENANTS.incrementAndGet()));
        return new TestTenant(
                UUID.fromString(made.at("/tenant/id").asText()),
                made.at("/tenant/name").asText(),
                made.at("/tenant/webhookSecret").asText(),
                api(made.path("key").asText()));
    }

    /** One with a user whom every channel reaches, and the template {@link #ORDER_SHIPPED}. */
    TestTenant newTenantWithAda() {
        var tenant = newTenant();
        tenant.api()
                .put(
                        "/v1/users/ada",
                        """
                        {"email": "ada@example.com", "webhookUrl": "%s"}\
                        """
                                .formatted(webhookUrl()))
                .expect(201);
        tenant.api().put("/v1/templates/order-shipped", ORDER_SHIPPED).expect(201);
        return tenant;
    }

    /** The API with a key of one's own. */
    Api api(String key) {
        return new Api(cloud.url().toString(), key);
    }

    JsonNode administer(String request) {
        var result = invoke(request);
        if (result instanceof InvocationResult.Answered(var payload)) {
            try {
                return Api.JSON.readTree(payload);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new AssertionError(result.toString());
    }

    private InvocationResult invoke(String request) {
        try {
            return cloud.invoke("administration", request.getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    StandInProvider provider() {
        return cloud.provider();
    }

    String webhookUrl() {
        return cloud.webhooks().url().toString();
    }

    void webhookAnswers(int status) {
        cloud.webhooks().answers(WebhookReceiver.Answer.ofStatus(status));
    }

    /** To what comes to the path. */
    void webhookAnswers(String path, WebhookReceiver.Answer answer) {
        cloud.webhooks().answers(path, answer);
    }

    List<ReceivedWebhook> webhooksAbout(String notification) {
        return cloud.webhooks().inbox().withHeader("webhook-id", notification);
    }

    /** The text of each mail that carries the notification's id. */
    List<String> mailsAbout(String notification) {
        return cloud.mail().mailbox().all().stream()
                .filter(mail -> mail.messageId().orElse("").contains(notification))
                .map(DeliveredMail::text)
                .toList();
    }

    void pauseDelivery(String lane) {
        cloud.pausePoller("deliver-" + lane);
    }

    void resumeDelivery(String lane) {
        cloud.resumePoller("deliver-" + lane);
    }

    /** Puts a record on the partition of the user, in order with the user's own. */
    void poison(String topic, TestTenant tenant, String user, String value) {
        var settings =
                Map.<String, Object>of("bootstrap.servers", servers().kafka().bootstrapServers());
        try (var producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, tenant.id() + ":" + user, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many records of a topic name the notification. */
    int recordsAbout(String topic, String notification) {
        var settings =
                Map.<String, Object>of("bootstrap.servers", servers().kafka().bootstrapServers());
        try (var consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(each -> new TopicPartition(topic, each.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            int count = 0;
            while (partitions.stream()
                    .anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    count += record.value().contains(notification) ? 1 : 0;
                }
            }
            return count;
        }
    }

    int undecodableRecords() {
        return count("SELECT count(*) FROM undecodable_record");
    }

    /** Changes what is stored behind everybody's back; answers how many rows. */
    int update(String sql) {
        var postgres = servers().postgres();
        try (var connection =
                        DriverManager.getConnection(
                                postgres.jdbcUrl(), postgres.user(), postgres.password());
                var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    int count(String query) {
        var postgres = servers().postgres();
        try (var connection =
                        DriverManager.getConnection(
                                postgres.jdbcUrl(), postgres.user(), postgres.password());
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
