package io.herald.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.catalog.FunctionDeclaration;
import io.herald.local.gateway.PortTakenException;
import io.herald.local.lambda.InvocationResult;
import io.herald.servers.SharedServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What runs and in which order, on real servers, with handlers that only note what they get. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class LocalCloudTest {

    private static final List<String> LANES = List.of("urgent", "email", "webhook", "inbox");

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private Path folder;
    private LocalCloud cloud;

    @BeforeAll
    void start() throws Exception {
        // Not by @TempDir: Postgres, under a user of its own, has to reach it.
        folder =
                Files.createTempDirectory(
                        Path.of(System.getProperty("java.io.tmpdir")), "herald-local-cloud-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        cloud = LocalCloud.start(settings());
        cloud.awaitReady(Duration.ofSeconds(30));
    }

    @AfterAll
    void stop() throws IOException {
        var url = cloud.url();
        cloud.close();
        assertThat(folder.resolve("stack.json")).doesNotExist();
        assertThat(StackFile.find(folder)).isEmpty();
        assertThat(cloud.servers().postgres().isAlive()).isFalse();
        assertThat(cloud.servers().kafka().isAlive()).isFalse();
        assertThat(cloud.servers().redis().isAlive()).isFalse();
        try (var socket = new ServerSocket(url.getPort(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
        }
        try (var again = StateFolder.take(folder)) {
            again.empty();
        }
    }

    @Test
    void migrates_before_anything_else_runs() {
        assertThat(calls.getFirst()).isEqualTo("migration");
    }

    @Test
    void the_gateway_calls_the_api() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create(cloud.url() + "/anything")).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("api");
        }
    }

    @Test
    void a_record_reaches_the_function_of_its_lane_and_waits_while_its_poller_is_paused()
            throws Exception {
        send("urgent");
        await(() -> calls.contains("deliver-urgent"));
        cloud.pausePoller("deliver-email");
        send("email");
        send("inbox");
        await(() -> calls.contains("deliver-inbox"));
        assertThat(calls).doesNotContain("deliver-email");
        cloud.resumePoller("deliver-email");
        await(() -> calls.contains("deliver-email"));
    }

    @Test
    void functions_with_a_rate_run_at_the_start() throws Exception {
        await(() -> calls.containsAll(List.of("ticker", "maintenance")));
    }

    @Test
    void a_function_can_be_invoked() throws Exception {
        assertThat(cloud.invoke("administration", "{}".getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        InvocationResult.Answered.class,
                        answer -> assertThat(answer.payload()).asString(UTF_8).contains("200"));
    }

    @Test
    void functions_are_told_where_everything_is() {
        assertThat(cloud.environment())
                .containsKeys(
                        "HERALD_DATABASE_URL",
                        "HERALD_DATABASE_USER",
                        "HERALD_DATABASE_PASSWORD",
                        "HERALD_KAFKA_BOOTSTRAP",
                        "HERALD_REDIS_URI",
                        "HERALD_SMTP_HOST",
                        "HERALD_SMTP_PORT",
                        "HERALD_SMTP_USER",
                        "HERALD_SMTP_PASSWORD",
                        "HERALD_MAIL_FROM",
                        "HERALD_WEBHOOK_ALLOWED")
                .containsEntry("HERALD_SMTP_STARTTLS", "false")
                .containsEntry("HERALD_RETRY_BASE", "PT0.1S");
    }

    @Test
    void other_processes_find_it_by_a_file_that_only_its_owner_reads() throws Exception {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("stack.json"))))
                .isEqualTo("rw-------");
        var found = StackFile.find(folder).orElseThrow();
        assertThat(found.url()).isEqualTo(cloud.url());
        assertThat(found.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(found.environment()).isEqualTo(cloud.environment());
        assertThat(found.webhookReceiver()).isEqualTo(cloud.webhooks().url());
    }

    @Test
    void a_file_that_a_killed_process_left_behind_does_not_count() throws Exception {
        var other = Files.createTempDirectory(folder.getParent(), "herald-stale-");
        var json = new JsonMapper().readTree(folder.resolve("stack.json").toFile());
        Files.writeString(
                other.resolve("stack.json"),
                json.toString()
                        .replaceFirst("\"processStart\":\"[^\"]*\"", "\"processStart\":\"past\""));
        assertThat(StackFile.find(other)).isEmpty();
        Files.writeString(other.resolve("stack.json"), "{\"url\":");
        assertThat(StackFile.find(other)).isEmpty();
    }

    @Test
    void a_second_start_is_refused_and_told_where_the_first_runs() {
        assertThatThrownBy(() -> LocalCloud.start(settings()))
                .isInstanceOf(LocalCloudException.class)
                .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
                .hasMessageContaining(cloud.url().toString());
        assertThat(StackFile.find(folder)).isPresent();
    }

    @Test
    void a_taken_port_is_said_at_once_and_leaves_the_folder_free() throws IOException {
        var other = Files.createTempDirectory(folder.getParent(), "herald-port-");
        var settings =
                LocalSettings.in(other, SharedServers.binaries()).withPort(cloud.url().getPort());

        assertThatThrownBy(() -> LocalCloud.start(settings)).isInstanceOf(PortTakenException.class);
        StateFolder.take(other).close();
    }

    @Test
    void a_folder_that_cannot_be_written_is_named() throws IOException {
        var file = Files.createTempFile(folder.getParent(), "herald-", ".file");
        assertThatThrownBy(() -> StateFolder.take(file.resolve("below")))
                .isInstanceOf(LocalCloudException.class)
                .hasMessageContaining("below")
                .hasMessageContaining("cannot be written");
    }

    @Test
    void an_emptied_folder_keeps_nothing_but_its_lock() throws IOException {
        var other = Files.createTempDirectory(folder.getParent(), "herald-full-");
        Files.createDirectories(other.resolve("a/b"));
        Files.writeString(other.resolve("a/b/c"), "d");
        try (var taken = StateFolder.take(other)) {
            taken.empty();
        }
        try (var files = Files.list(other)) {
            assertThat(files).extracting(Path::getFileName).containsExactly(Path.of("stack.lock"));
        }
    }

    @Test
    void a_handler_that_crashes_is_replaced_and_the_stack_goes_on() throws Exception {
        cloud.crashEnvironments("administration");
        assertThat(cloud.invoke("administration", "{}".getBytes(UTF_8)))
                .isInstanceOf(InvocationResult.Answered.class);
    }

    @Test
    void says_what_it_is_doing() {
        assertThat(progress)
                .startsWith(
                        "Starting Postgres, Kafka and Redis",
                        "Migrating the database",
                        "Starting the functions");
    }

    private LocalSettings settings() {
        return LocalSettings.in(folder, SharedServers.binaries())
                .withOpenApi(Objects.requireNonNull(LocalCloudTest.class.getResource("/api.yaml")))
                .withVariable("HERALD_RETRY_BASE", "PT0.1S")
                .withHandlers(_ -> this::handler)
                .withProgress(progress::add);
    }

    private RequestStreamHandler handler(
            FunctionDeclaration function, Map<String, String> environment) {
        return (_, output, _) -> {
            calls.add(function.name());
            if (function.name().equals("migration")) {
                createTopics(Objects.requireNonNull(environment.get("HERALD_KAFKA_BOOTSTRAP")));
            }
            var answer = "{\"statusCode\":200,\"body\":\"" + function.name() + "\"}";
            output.write(answer.getBytes(UTF_8));
        };
    }

    private static void createTopics(String bootstrap) throws IOException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(
                            LANES.stream()
                                    .map(lane -> new NewTopic("herald." + lane, 2, (short) 1))
                                    .toList())
                    .all()
                    .get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private void send(String lane) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", cloud.servers().kafka().bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>("herald." + lane, "x")).get(20, TimeUnit.SECONDS);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        var ends = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - ends).as("it takes too long").isNegative();
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
