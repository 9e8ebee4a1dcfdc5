package io.herald.local.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import io.herald.outbox.Publisher;
import io.herald.outbox.Shares;
import io.herald.submission.Addressee;
import io.herald.submission.Answers;
import io.herald.submission.ItemResult;
import io.herald.submission.MessageRequest;
import io.herald.submission.Notification;
import io.herald.submission.Submission;
import io.herald.submission.SubmitNotifications;
import io.herald.submission.Words;
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
        AFTER_CLAIM_BEFORE_HAND_OVER,
        AFTER_HAND_OVER_BEFORE_RECORD
    }

    private static final int KILLED = 137;

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
            case AFTER_COMMIT_BEFORE_PUBLISH -> adapters.accept(tenant, arguments[2]);
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
        }
    }

    private static IllegalStateException killed() {
        Runtime.getRuntime().halt(KILLED);
        return new IllegalStateException("unreachable");
    }

    private static final class Adapters {
        private final Clock clock = Clock.systemUTC();
        private final Database database;

        Adapters(Map<String, String> environment) {
            database =
                    new Database(
                            PostgresDataSource.pool(
                                    new PostgresSettings(
                                            of(environment, "HERALD_DATABASE_URL"),
                                            of(environment, "HERALD_DATABASE_USER"),
                                            of(environment, "HERALD_DATABASE_PASSWORD"),
                                            2,
                                            // It may start on a busy machine.
                                            Duration.ofSeconds(20),
                                            Duration.ofSeconds(20))));
        }

        private static String of(Map<String, String> environment, String name) {
            return Objects.requireNonNull(environment.get(name), name);
        }

        void accept(TenantId tenant, String user) throws IOException {
            new SubmitNotifications(
                            new PostgresUsers(database, clock),
                            new PostgresTemplates(database, clock),
                            new PostgresCategories(database),
                            new PostgresNotifications(database, clock, Duration.ofSeconds(1)),
                            new PostgresKeptAnswers(database, clock),
                            new PostgresOutbox(database),
                            new DyingPublisher(),
                            new PostgresCongestion(database, System::nanoTime),
                            new Shares(
                                    new Shares.Share(1_000, Duration.ofSeconds(1), 1),
                                    clock,
                                    System::nanoTime),
                            new NotificationIds(clock, new SecureRandom()),
                            Duration.ofMillis(500),
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

        private static final class DyingPublisher implements Publisher {
            @Override
            public List<Result> publish(List<DispatchRecord> records, Duration budget) {
                throw killed();
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

        void deliver(TenantId tenant, String id, HandOver handOver) {
            var notification =
                    new PostgresNotifications(database, clock, Duration.ZERO)
                            .find(tenant, NotificationId.parse(id))
                            .orElseThrow()
                            .notification();
            new DeliverBatch(
                            new MakeMessages(
                                    new PostgresUsers(database, clock),
                                    new PostgresTemplates(database, clock),
                                    new PostgresTenants(database, clock),
                                    new MustacheRenderer()),
                            new PostgresTimeline(database),
                            new PostgresDueWork(database, clock),
                            new PostgresDeadLetters(database, clock),
                            Map.of(notification.channel(), handOver),
                            new DecideOutcome(RetryPolicies.DEFAULT, clock, new SecureRandom()),
                            clock,
                            System::nanoTime,
                            Stack.LEASE)
                    .deliver(
                            List.of(
                                    new LaneRecord(
                                            notification.lane().topic(),
                                            0,
                                            0,
                                            null,
                                            DispatchRecords.encode(notification.asFirstRecord()))));
        }
    }
}
