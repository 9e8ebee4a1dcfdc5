package io.herald.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.Lane;
import io.herald.outbox.Publisher.Result;
import io.herald.servers.KafkaServer;
import io.herald.servers.ServerBinaries;
import io.herald.servers.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a broker of their own: other tests publish to the shared one's lanes, and this one stops. */
@Timeout(180)
class KafkaOutageTest {

    private static final int PARTITIONS = 3;
    private static final Duration MAX_BLOCK = Duration.ofMillis(400);
    private static final Duration BUDGET = Duration.ofMillis(500);
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private final KafkaServer server;
    private final KafkaPublisher publisher;
    private final KafkaLaneLag lag;

    KafkaOutageTest(@TempDir Path folder) {
        server =
                KafkaServer.start(
                        new KafkaServer.Options(
                                folder, ServerBinaries.in(SharedServers.binaries())));
        publisher =
                new KafkaPublisher(
                        server.bootstrapServers(),
                        MAX_BLOCK,
                        Duration.ofSeconds(30),
                        System::nanoTime);
        lag = new KafkaLaneLag(server.bootstrapServers(), System::nanoTime);
    }

    @AfterEach
    void stop() {
        publisher.close();
        lag.close();
        server.close();
    }

    @Test
    void while_kafka_is_away_calls_end_within_their_budget_and_most_at_once() {
        makeTopics();
        awaitPublished();
        server.kill();

        assertThat(timeOfAFailedCall()).isLessThan(Duration.ofSeconds(1));
        // The breaker is open: these together take less than one that asks.
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(publisher.publish(Records.records(Lane.EMAIL, 10), BUDGET))
                    .hasSize(10)
                    .allMatch(result -> result instanceof Result.Unavailable);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));

        // Two lanes may block, and the call still ends.
        sleep(Duration.ofMillis(1_100));
        long both = System.nanoTime();
        publisher.publish(
                List.of(Records.record(Lane.WEBHOOK), Records.record(Lane.INBOX)), BUDGET);
        assertThat(Duration.ofNanos(System.nanoTime() - both)).isLessThan(Duration.ofSeconds(1));

        server.restart();
        awaitPublished();
    }

    @Test
    void a_kafka_that_was_never_there_is_found_when_it_comes() {
        server.stop();

        assertThat(timeOfAFailedCall()).isLessThan(Duration.ofSeconds(1));

        server.restart();
        makeTopics();
        awaitPublished();
    }

    @Test
    void a_lane_that_is_out_of_reach_takes_neither_time_nor_records_from_another()
            throws Exception {
        try (var admin = admin();
                var cold =
                        new KafkaPublisher(
                                server.bootstrapServers(),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(30),
                                System::nanoTime)) {
            // None for the urgent lane.
            admin.createTopics(
                            Stream.of(Lane.EMAIL, Lane.WEBHOOK)
                                    .map(lane -> new NewTopic(lane.topic(), PARTITIONS, (short) 1))
                                    .toList())
                    .all()
                    .get();

            var results =
                    cold.publish(
                            List.of(
                                    Records.record(Lane.URGENT),
                                    Records.record(Lane.EMAIL),
                                    Records.record(Lane.URGENT),
                                    Records.record(Lane.WEBHOOK),
                                    Records.record(Lane.EMAIL)),
                            Duration.ofSeconds(5));

            assertThat(results.stream().map(result -> (Object) result.getClass()))
                    .containsExactly(
                            Result.Unavailable.class,
                            Result.Published.class,
                            Result.Unavailable.class,
                            Result.Published.class,
                            Result.Published.class);
            assertThat(cold.isAvailable()).as("Kafka is there").isTrue();
        }
    }

    @Test
    void a_lane_that_kafka_does_not_take_is_let_alone_and_the_others_go_on() throws Exception {
        makeTopics();
        awaitPublished(Lane.EMAIL);
        try (var admin = admin()) {
            admin.deleteTopics(List.of(Lane.URGENT.topic())).all().get();
        }

        // Its leader may take some more after the deletion was answered.
        await(() ->
                publisher.publish(Records.records(Lane.URGENT, 3), BUDGET).stream()
                        .allMatch(Result.Unavailable.class::isInstance));

        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            assertThat(
                            publisher.publish(
                                    List.of(
                                            Records.record(Lane.URGENT),
                                            Records.record(Lane.EMAIL)),
                                    BUDGET))
                    .containsExactly(
                            new Result.Unavailable("Kafka was out of reach a moment ago"),
                            new Result.Published());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("nobody waits for the one")
                .isLessThan(Duration.ofSeconds(1));
        assertThat(publisher.isAvailable()).isTrue();

        makeTopics();
        awaitPublished();
    }

    @Test
    void whether_kafka_takes_a_lane_again_is_found_out_with_one_record() throws Exception {
        makeTopics();
        awaitPublished();
        long before = countOf(Lane.EMAIL);
        server.pause();
        publisher.publish(Records.records(Lane.EMAIL, 1), BUDGET);

        sleep(Duration.ofMillis(1_100));
        assertThat(publisher.publish(Records.records(Lane.EMAIL, 50), BUDGET))
                .hasSize(50)
                .allMatch(result -> result instanceof Result.Unavailable)
                .doesNotContain(new Result.Unavailable("Kafka was out of reach a moment ago"));

        server.resume();
        await(() ->
                publisher
                        .publish(Records.records(Lane.EMAIL, 5), BUDGET)
                        .equals(Collections.nCopies(5, new Result.Published())));
        // Those that were tried come through late; of the fifty it was one.
        assertThat(countOf(Lane.EMAIL) - before).isBetween(5L, 30L);
    }

    private long countOf(Lane lane) throws Exception {
        try (var admin = admin()) {
            var ends =
                    admin.listOffsets(
                                    partitionsOf(lane)
                                            .collect(
                                                    Collectors.toMap(
                                                            p -> p, _ -> OffsetSpec.latest())))
                            .all()
                            .get();
            return ends.values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
        }
    }

    @Test
    void a_frozen_kafka_is_not_waited_for_and_found_again() {
        makeTopics();
        awaitPublished();
        server.pause();

        assertThat(timeOfAFailedCall()).isLessThan(Duration.ofSeconds(1));
        assertThat(lagTakes(Instant.now())).isLessThan(Duration.ofSeconds(4));

        server.resume();
        awaitPublished();
    }

    @Test
    void the_lag_is_known_from_what_the_groups_have_committed() throws Exception {
        assertThat(hasConsumedAllBefore(Instant.now())).as("without topics").isFalse();
        makeTopics();
        await(() -> hasConsumedAllBefore(Instant.now()));

        awaitPublished();
        var between = Instant.now().plusMillis(1);
        sleep(Duration.ofMillis(5));
        assertThat(hasConsumedAllBefore(between)).as("nothing was consumed").isFalse();
        assertThat(hasConsumedAllBefore(Instant.EPOCH)).as("nothing is that old").isTrue();

        commitEnds();
        assertThat(hasConsumedAllBefore(between)).as("all was consumed").isTrue();

        publisher.publish(Records.records(Lane.EMAIL, 20), RECOVERY);
        assertThat(hasConsumedAllBefore(between)).as("what came later is no matter").isTrue();
        sleep(Duration.ofMillis(5));
        assertThat(hasConsumedAllBefore(Instant.now())).as("the later ones").isFalse();

        server.stop();
        assertThat(hasConsumedAllBefore(between)).as("Kafka is away").isFalse();
    }

    @Test
    void what_kafka_has_dropped_counts_as_consumed() throws Exception {
        makeTopics();
        awaitPublished();
        publisher.publish(Records.records(Lane.EMAIL, 30), RECOVERY);
        var after = Instant.now().plusMillis(1);
        sleep(Duration.ofMillis(5));
        commit(0);
        assertThat(lag.caughtUpTo(after)).as("committed at the start").isEmpty();

        drop(Lane.EMAIL);

        assertThat(lag.caughtUpTo(after)).containsExactly(Lane.EMAIL);
    }

    @Test
    void a_lane_of_which_nothing_is_known_keeps_no_other_from_being_known() throws Exception {
        makeTopics();
        try (var admin = admin()) {
            admin.deleteTopics(List.of(Lane.WEBHOOK.topic())).all().get();
        }

        await(() ->
                lag.caughtUpTo(Instant.now())
                        .equals(EnumSet.complementOf(EnumSet.of(Lane.WEBHOOK))));

        publisher.publish(Records.records(Lane.INBOX, 1), RECOVERY);
        sleep(Duration.ofMillis(5));
        assertThat(lag.caughtUpTo(Instant.now())).isEqualTo(EnumSet.of(Lane.URGENT, Lane.EMAIL));
    }

    /** As the retention does with what nobody has consumed for long. */
    private void drop(Lane lane) throws Exception {
        try (var admin = admin()) {
            admin.deleteRecords(
                            partitionsOf(lane)
                                    .collect(
                                            Collectors.toMap(
                                                    partition -> partition,
                                                    _ -> RecordsToDelete.beforeOffset(-1))))
                    .all()
                    .get();
        }
    }

    private void commit(long offset) throws Exception {
        try (var admin = admin()) {
            for (var lane : Lane.values()) {
                admin.alterConsumerGroupOffsets(
                                "deliver-" + lane.text(),
                                partitionsOf(lane)
                                        .collect(
                                                Collectors.toMap(
                                                        partition -> partition,
                                                        _ -> new OffsetAndMetadata(offset))))
                        .all()
                        .get();
            }
        }
    }

    private static Stream<TopicPartition> partitionsOf(Lane lane) {
        return IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(lane.topic(), i));
    }

    private Duration timeOfAFailedCall() {
        long start = System.nanoTime();
        assertThat(publisher.publish(Records.records(Lane.EMAIL, 100), BUDGET))
                .hasSize(100)
                .allMatch(result -> result instanceof Result.Unavailable);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Duration lagTakes(Instant time) {
        long start = System.nanoTime();
        assertThat(hasConsumedAllBefore(time)).isFalse();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private boolean hasConsumedAllBefore(Instant time) {
        return lag.caughtUpTo(time).equals(EnumSet.allOf(Lane.class));
    }

    private void makeTopics() {
        new KafkaTopics(server.bootstrapServers()).ensure(PARTITIONS, 1);
    }

    private void awaitPublished() {
        for (var lane : Lane.values()) {
            awaitPublished(lane);
        }
    }

    private void awaitPublished(Lane lane) {
        await(() ->
                publisher
                        .publish(List.of(Records.record(lane)), BUDGET)
                        .equals(List.of(new Result.Published())));
    }

    /** As the delivery functions' event source mappings do when they have consumed all. */
    private void commitEnds() throws Exception {
        try (var admin = admin()) {
            for (var lane : Lane.values()) {
                var partitions =
                        partitionsOf(lane)
                                .collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest()));
                var ends = admin.listOffsets(partitions).all().get();
                admin.alterConsumerGroupOffsets(
                                "deliver-" + lane.text(),
                                ends.entrySet().stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Map.Entry::getKey,
                                                        end ->
                                                                new OffsetAndMetadata(
                                                                        end.getValue().offset()))))
                        .all()
                        .get();
            }
        }
    }

    private Admin admin() {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        (Object) server.bootstrapServers()));
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + RECOVERY.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time to recover").isLessThan(end);
            sleep(Duration.ofMillis(50));
        }
    }

    private static void sleep(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }
}
