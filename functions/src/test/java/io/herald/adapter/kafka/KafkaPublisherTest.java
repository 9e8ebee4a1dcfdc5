package io.herald.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.events.DispatchRecord;
import io.herald.events.DispatchRecords;
import io.herald.notification.Lane;
import io.herald.outbox.Publisher.Result;
import io.herald.servers.SharedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KafkaPublisherTest {

    private static final Duration BUDGET = Duration.ofSeconds(20);

    private static final Result WITHOUT_ASKING =
            new Result.Unavailable("Kafka was out of reach a moment ago");

    private final KafkaPublisher publisher =
            new KafkaPublisher(
                    bootstrapServers(),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    System::nanoTime);

    @BeforeAll
    static void makeTopics() {
        new KafkaTopics(bootstrapServers()).ensure(20, 1);
    }

    @AfterEach
    void close() {
        publisher.close();
    }

    @Test
    void a_record_is_on_its_lane_s_topic_when_the_call_returns() throws Exception {
        var record = Records.record(Lane.URGENT);

        assertThat(publisher.publish(List.of(record), BUDGET))
                .containsExactly(new Result.Published());

        var found = find(Lane.URGENT.topic(), record);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().key()).isEqualTo(record.tenant() + ":ada");
        assertThat(DispatchRecords.decode(found.getFirst().value())).isEqualTo(record);
    }

    @Test
    void one_user_s_records_keep_their_order() throws Exception {
        var tenant = UUID.randomUUID();
        var records = new ArrayList<DispatchRecord>();
        for (int i = 0; i < 500; i++) {
            records.add(Records.record("email", tenant, "ada", "text " + i));
        }

        assertThat(publisher.publish(records, BUDGET))
                .hasSize(500)
                .containsOnly(new Result.Published());

        var found = read(Lane.EMAIL.topic(), tenant + ":ada");
        assertThat(found.stream().map(ConsumerRecord::partition).distinct()).hasSize(1);
        var texts = new ArrayList<String>();
        for (var record : found) {
            texts.add(DispatchRecords.decode(record.value()).payload().get("text").textValue());
        }
        assertThat(texts)
                .isEqualTo(
                        records.stream()
                                .map(record -> record.payload().get("text").textValue())
                                .toList());
    }

    @Test
    void results_come_in_the_order_of_the_records_and_one_refusal_spoils_no_other() {
        var tooLarge = Records.record("email", UUID.randomUUID(), "ada", "x".repeat(1_100_000));
        var noLane = Records.record("pigeon", UUID.randomUUID(), "ada", "text");

        var results =
                publisher.publish(
                        List.of(
                                Records.record(Lane.EMAIL),
                                tooLarge,
                                Records.record(Lane.INBOX),
                                noLane,
                                tooDeep(),
                                Records.record(Lane.WEBHOOK)),
                        BUDGET);

        assertThat(results.stream().map(result -> (Object) result.getClass()))
                .containsExactly(
                        Result.Published.class,
                        Result.Refused.class,
                        Result.Published.class,
                        Result.Refused.class,
                        Result.Refused.class,
                        Result.Published.class);
    }

    @Test
    void a_record_as_large_as_allowed_is_taken() {
        // Text that does not compress, so that the broker's own limit counts as well.
        var random = new Random(7);
        var text = new StringBuilder();
        while (text.length() < KafkaTopics.MAX_RECORD_BYTES - 1_000) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        var record =
                Records.record(
                        "email",
                        UUID.randomUUID(),
                        "ada",
                        text.toString().replace("\\", "/").replace("\"", "'"));

        assertThat(publisher.publish(List.of(record), BUDGET))
                .containsExactly(new Result.Published());
    }

    @Test
    void one_record_does_not_wait_for_others() {
        publisher.publish(Records.records(Lane.EMAIL, 1_000), BUDGET);
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            long start = System.nanoTime();
            publisher.publish(List.of(Records.record(Lane.EMAIL)), BUDGET);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }

        // Whoever waits for linger.ms takes at least 5 ms each time.
        assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(5));
    }

    @Test
    void nothing_to_publish_needs_no_kafka() {
        try (var nowhere =
                new KafkaPublisher(
                        "127.0.0.1:1",
                        Duration.ofMillis(100),
                        Duration.ofSeconds(30),
                        System::nanoTime)) {
            assertThat(nowhere.publish(List.of(), BUDGET)).isEmpty();
        }
    }

    @Test
    void it_says_that_it_would_not_ask_for_a_second_after_kafka_was_out_of_reach() {
        var time = new AtomicLong();
        try (var nowhere =
                new KafkaPublisher(
                        "127.0.0.1:1", Duration.ofMillis(100), Duration.ofSeconds(30), time::get)) {
            assertThat(nowhere.isAvailable()).as("never asked").isTrue();

            nowhere.publish(List.of(Records.record(Lane.EMAIL)), BUDGET);
            assertThat(nowhere.isAvailable()).isFalse();

            time.addAndGet(Duration.ofMillis(999).toNanos());
            assertThat(nowhere.isAvailable()).isFalse();

            time.addAndGet(Duration.ofMillis(1).toNanos());
            assertThat(nowhere.isAvailable()).isTrue();
            assertThat(nowhere.isAvailable()).as("looking took nobody's turn").isTrue();
            assertThat(nowhere.publish(List.of(Records.record(Lane.EMAIL)), BUDGET))
                    .doesNotContain(WITHOUT_ASKING);
        }
    }

    @Test
    void a_producer_that_cannot_be_made_is_kafka_being_out_of_reach() {
        // A label of more than 63 characters: no name server need be asked for it (RFC 1035,
        // 2.3.4).
        var time = new AtomicLong();
        try (var nowhere =
                new KafkaPublisher(
                        "x".repeat(64) + ":9092",
                        Duration.ofMillis(100),
                        Duration.ofSeconds(30),
                        time::get)) {
            var records = Records.records(Lane.EMAIL, 2);

            var first = nowhere.publish(records, BUDGET);
            assertThat(first)
                    .hasSize(2)
                    .allMatch(result -> result instanceof Result.Unavailable)
                    .doesNotContain(WITHOUT_ASKING);
            assertThat(nowhere.publish(records, BUDGET)).hasSize(2).containsOnly(WITHOUT_ASKING);

            time.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(nowhere.publish(records, BUDGET)).isEqualTo(first);
        }
    }

    @Test
    void making_the_producer_takes_nothing_from_the_budget() {
        var time = new AtomicLong();
        var settings =
                KafkaPublisher.settings(
                        bootstrapServers(), Duration.ofSeconds(10), Duration.ofSeconds(30));
        try (var slow =
                new KafkaPublisher(
                        () -> {
                            time.addAndGet(BUDGET.multipliedBy(2).toNanos());
                            return KafkaPublisher.producer(settings);
                        },
                        time::get)) {
            assertThat(slow.publish(List.of(Records.record(Lane.EMAIL)), BUDGET))
                    .containsExactly(new Result.Published());
        }
    }

    @Test
    void a_call_without_time_says_nothing_about_kafka() {
        assertThat(publisher.publish(List.of(Records.record(Lane.EMAIL)), Duration.ZERO))
                .containsExactly(new Result.Unavailable("there was no time left to send it"));

        assertThat(publisher.isAvailable()).isTrue();
    }

    @Test
    void who_is_interrupted_says_nothing_about_kafka() {
        publisher.publish(List.of(Records.record(Lane.EMAIL)), BUDGET);
        Thread.currentThread().interrupt();
        try {
            assertThat(publisher.publish(Records.records(Lane.EMAIL, 2), BUDGET)).hasSize(2);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(publisher.isAvailable()).isTrue();
        assertThat(publisher.publish(List.of(Records.record(Lane.EMAIL)), BUDGET))
                .containsExactly(new Result.Published());
    }

    @Test
    void the_producer_is_set_as_a_durable_and_quick_one_is() {
        var settings =
                KafkaPublisher.settings(
                        "kafka:9092", Duration.ofMillis(400), Duration.ofSeconds(30));
        var effective = new ProducerConfig(withSerializers(settings));

        var shown =
                Map.of(
                        "acks", effective.getString("acks"),
                        "enable.idempotence", effective.getBoolean("enable.idempotence"),
                        "max.in.flight.requests.per.connection",
                                effective.getInt("max.in.flight.requests.per.connection"),
                        "compression.type", effective.getString("compression.type"),
                        "batch.size", effective.getInt("batch.size"),
                        "linger.ms", effective.getLong("linger.ms"),
                        "max.block.ms", effective.getLong("max.block.ms"),
                        "delivery.timeout.ms", effective.getInt("delivery.timeout.ms"),
                        "request.timeout.ms", effective.getInt("request.timeout.ms"),
                        "retries", effective.getInt("retries"));

        assertThat(shown)
                .isEqualTo(
                        Map.of(
                                "acks",
                                "-1",
                                "enable.idempotence",
                                true,
                                "max.in.flight.requests.per.connection",
                                5,
                                "compression.type",
                                "lz4",
                                "batch.size",
                                131_072,
                                "linger.ms",
                                5L,
                                "max.block.ms",
                                400L,
                                "delivery.timeout.ms",
                                30_000,
                                "request.timeout.ms",
                                5_000,
                                "retries",
                                Integer.MAX_VALUE));
    }

    @Test
    void topics_are_made_once_for_every_lane() throws Exception {
        new KafkaTopics(bootstrapServers()).ensure(20, 1);

        try (var consumer = consumer()) {
            var topics = consumer.listTopics();
            assertThat(topics.keySet())
                    .containsAll(Arrays.stream(Lane.values()).map(Lane::topic).toList());
            for (var lane : Lane.values()) {
                assertThat(topics.get(lane.topic())).hasSize(20);
            }
        }
    }

    @Test
    void users_are_spread_over_the_partitions() throws Exception {
        var records = Records.records(Lane.INBOX, 400);
        publisher.publish(records, BUDGET);
        var keys =
                records.stream()
                        .map(record -> record.tenant() + ":" + record.userId())
                        .collect(Collectors.toSet());

        var partitions = new HashSet<Integer>();
        for (var record : readAll(Lane.INBOX.topic())) {
            if (keys.contains(record.key())) {
                partitions.add(record.partition());
            }
        }
        assertThat(partitions).hasSize(20);
    }

    private static DispatchRecord tooDeep() {
        var payload = JsonNodeFactory.instance.objectNode();
        var innermost = payload;
        for (int depth = 0; depth < 1_100; depth++) {
            innermost = innermost.putObject("a");
        }
        var record = Records.record(Lane.EMAIL);
        return new DispatchRecord(
                record.id(),
                0,
                1,
                record.tenant(),
                "ada",
                "email",
                "email",
                "order-shipped",
                1,
                payload,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                0);
    }

    private static Map<String, Object> withSerializers(Properties settings) {
        var all = new HashMap<String, Object>();
        settings.forEach((name, value) -> all.put(String.valueOf(name), value));
        var serializer = ByteArraySerializer.class;
        all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, serializer);
        all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, serializer);
        return all;
    }

    private static List<ConsumerRecord<String, byte[]>> find(String topic, DispatchRecord record) {
        return read(topic, record.tenant() + ":" + record.userId());
    }

    private static List<ConsumerRecord<String, byte[]>> read(String topic, String key) {
        return readAll(topic).stream().filter(record -> key.equals(record.key())).toList();
    }

    private static List<ConsumerRecord<String, byte[]>> readAll(String topic) {
        var found = new ArrayList<ConsumerRecord<String, byte[]>>();
        try (var consumer = consumer()) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition ->
                            consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
        }
        return found;
    }

    private static KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    private static String bootstrapServers() {
        return SharedServers.get().kafka().bootstrapServers();
    }
}
