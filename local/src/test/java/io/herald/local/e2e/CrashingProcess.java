package io.herald.local.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.adapter.kafka.KafkaPublisher;
import io.herald.adapter.mustache.MustacheRenderer;
import io.herald.adapter.postgres.Database;
import io.herald.adapter.postgres.PostgresCategories;
import io.herald.adapter.postgres.PostgresCongestion;
import io.herald.adapter.postgres.PostgresDataSource;
import io.herald.adapter.postgres.PostgresDeadLetters;
import io.herald.adapter.postgres.PostgresDueWork;
import io.herald.adapter.postgres.PostgresInbox;
import io.herald.adapter.postgres.PostgresKeptAnswers;
import io.herald.adapter.postgres.PostgresNotifications;
import io.herald.adapter.postgres.PostgresOutbox;
import io.herald.adapter.postgres.PostgresSettings;
import io.herald.adapter.postgres.PostgresTemplates;
import io.herald.adapter.postgres.PostgresTenants;
import io.herald.adapter.postgres.PostgresTimeline;
import io.herald.adapter.postgres.PostgresUsers;
import io.herald.attempt.DecideOutcome;
import io.herald.attempt.RetryPolicies;
import io.herald.delivery.DeliverBatch;
import io.herald.delivery.HandOver;
import io.herald.delivery.HandOverToInbox;
import io.herald.delivery.LaneRecord;
import io.herald.delivery.MakeMessages;
import io.herald.events.DispatchRecord;
import io.herald.events.DispatchRecords;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.UserId;
import io.herald.outbox.LaneShares;
import io.herald.outbox.Publisher;
import io.herald.submission.Addressee;
import io.herald.submission.Answers;
import io.herald.submission.ItemResult;
import io.herald.submission.MessageRequest;
import io.herald.submission.Notification;
import io.herald.submission.Submission;
import io.herald.submission.SubmitNotifications;
import io.herald.submission.Words;
import io.herald.wiring.Wiring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Runs one use case in a process of its own, on the real adapters, and ends that process at once at
 * the point that the test names, as {@code kill -9} would.
 */
final class CrashingProcess {

    /** Where the process ends. */
    enum Point {
        AFTER_COMMIT_BEFORE_PUBLISH,
        AFTER_PUBLISH_BEFORE_DELETE,
        AFTER_CLAIM_BEFORE_HAND_OVER,
        AFTER_HAND_OVER_BEFORE_RECORD,
        AFTER_RECORD_BEFORE_COMMIT
    }

    private static final int KILLED = 137;

    // It may start on a busy machine.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private CrashingProcess() {}

    /** Starts it and waits until it has crashed. */
    static void crash(Stack stack, Point point, UUID tenant, String argument) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashingProcess.class.getName(),
                                point.name(),
                                tenant.toString(),
                                argument));
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(stack.environment());
        try {
            int exit = builder.start().waitFor();
            if (exit != KILLED) {
                throw new AssertionError("it was to be killed but ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public static void main(String[] arguments) throws IOException {
        var tenant = new TenantId(UUID.fromString(arguments[1]));
        var adapters = new Adapters(System.getenv());
        switch (Point.valueOf(arguments[0])) {
            case AFTER_COMMIT_BEFORE_PUBLISH ->
                    adapters.accept(tenant, arguments[2], (_, _) -> killed());
            case AFTER_PUBLISH_BEFORE_DELETE -> {
                var kafka = adapters.kafka();
                adapters.accept(
                        tenant,
                        arguments[2],
                        (records, budget) -> {
                            for (var result : kafka.publish(records, budget)) {
                                if (!(result instanceof Publisher.Result.Published)) {
                                    throw new IllegalStateException(result.toString());
                                }
                            }
                            return killed();
                        });
            }
            case AFTER_CLAIM_BEFORE_HAND_OVER ->
                    adapters.deliver(
                            tenant,
                            arguments[2],
                            (_, _) -> {
                                throw killed();
                            });
            case AFTER_HAND_OVER_BEFORE_RECORD ->
                    adapters.deliver(
                            tenant,
                            arguments[2],
                            (drafts, deadline) -> {
                                new HandOverToInbox(
                                                new PostgresInbox(adapters.database),
                                                Duration.ofSeconds(5))
                                        .handOver(drafts, deadline);
                                throw killed();
                            });
            case AFTER_RECORD_BEFORE_COMMIT -> {
                // As the lane's function itself, whose invoker would commit next.
                new Wiring(System.getenv())
                        .deliverBatch()
                        .deliver(List.of(adapters.record(tenant, arguments[2])));
                throw killed();
            }
        }
    }

    private static IllegalStateException killed() {
        Runtime.getRuntime().halt(KILLED);
        return new IllegalStateException("unreachable");
    }

    private static final class Adapters {
        private final Clock clock = Clock.systemUTC();
        private final Map<String, String> environment;
        private final Database database;

        Adapters(Map<String, String> environment) {
            this.environment = environment;
            database =
                    new Database(
                            PostgresDataSource.pool(
                                    new PostgresSettings(
                                            of(environment, "HERALD_DATABASE_URL"),
                                            of(environment, "HERALD_DATABASE_USER"),
                                            of(environment, "HERALD_DATABASE_PASSWORD"),
                                            2,
                                            PATIENCE,
                                            PATIENCE)));
        }

        private static String of(Map<String, String> environment, String name) {
            return Objects.requireNonNull(environment.get(name), name);
        }

        KafkaPublisher kafka() {
            return new KafkaPublisher(
                    of(environment, "HERALD_KAFKA_BOOTSTRAP"),
                    PATIENCE,
                    PATIENCE,
                    System::nanoTime);
        }

        void accept(TenantId tenant, String user, Publishing publishing) throws IOException {
            new SubmitNotifications(
                            new PostgresUsers(database, clock),
                            new PostgresTemplates(database, clock),
                            new PostgresCategories(database),
                            new PostgresNotifications(database, clock, Duration.ofSeconds(1)),
                            new PostgresKeptAnswers(database, clock),
                            new PostgresOutbox(database),
                            new DyingPublisher(publishing),
                            new PostgresCongestion(database, System::nanoTime),
                            new LaneShares(
                                    new LaneShares.Share(1_000, Duration.ofSeconds(1), 1),
                                    clock,
                                    System::nanoTime),
                            new NotificationIds(clock, new SecureRandom()),
                            PATIENCE,
                            Duration.ofDays(84))
                    .submit(
                            new Submission(
                                    tenant,
                                    List.of(
                                            new MessageRequest(
                                                    new Addressee.OfUser(new UserId(user)),
                                                    List.of(Channel.EMAIL),
                                                    new Words.OfTemplate("order-shipped"),
                                                    JsonNodeFactory.instance
                                                            .objectNode()
                                                            .put("order", "crash"),
                                                    null,
                                                    null,
                                                    Timing.AT_ONCE,
                                                    null)),
                                    null,
                                    null),
                            new NoAnswers());
        }

        /** What is done with the records before the process ends. */
        private interface Publishing {
            IllegalStateException publish(List<DispatchRecord> records, Duration budget);
        }

        private record DyingPublisher(Publishing publishing) implements Publisher {
            @Override
            public List<Result> publish(List<DispatchRecord> records, Duration budget) {
                throw publishing.publish(records, budget);
            }

            @Override
            public boolean isAvailable() {
                return true;
            }
        }

        /** Nothing has a key, so nothing is kept. */
        private static final class NoAnswers implements Answers {
            @Override
            public JsonNode ofMessage(List<Notification> notifications) {
                throw killed();
            }

            @Override
            public JsonNode ofSubmission(List<ItemResult> items) {
                throw killed();
            }
        }

        /** As acceptance published it. */
        LaneRecord record(TenantId tenant, String id) {
            var notification =
                    new PostgresNotifications(database, clock, Duration.ZERO)
                            .find(tenant, NotificationId.parse(id))
                            .orElseThrow()
                            .notification();
            return new LaneRecord(
                    notification.lane().topic(),
                    0,
                    0,
                    null,
                    DispatchRecords.encode(notification.asFirstRecord()));
        }

        void deliver(TenantId tenant, String id, HandOver handOver) {
            var record = record(tenant, id);
            new DeliverBatch(
                            new MakeMessages(
                                    new PostgresUsers(database, clock),
                                    new PostgresTemplates(database, clock),
                                    new PostgresTenants(database, clock),
                                    new MustacheRenderer()),
                            new PostgresTimeline(database),
                            new PostgresDueWork(database, clock),
                            new PostgresDeadLetters(database, clock),
                            Map.of(Channel.EMAIL, handOver, Channel.INBOX, handOver),
                            new DecideOutcome(RetryPolicies.DEFAULT, clock, new SecureRandom()),
                            clock,
                            System::nanoTime,
                            Stack.LEASE)
                    .deliver(List.of(record));
        }
    }
}
