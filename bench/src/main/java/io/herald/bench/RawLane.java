package io.herald.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.notification.NotificationId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic like a lane's, and records as large as Herald's; but nothing is encoded or decoded: a
 * record begins with the notification's id.
 */
final class RawLane implements AutoCloseable {
    private static final String TOPIC = "bench";
    private static final int PARTITIONS = 20;
    // What a dispatch record of these notifications has, but for its id.
    private static final int BYTES = 430;
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);

    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;
    private final byte[] value;

    RawLane(String bootstrapServers) throws InterruptedException {
        this.bootstrapServers = bootstrapServers;
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(
                            List.of(new NewTopic(TOPIC, Optional.of(PARTITIONS), Optional.empty())))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new BenchException("The topic for the raw limit cannot be made.", e);
        }
        var text = new StringBuilder();
        for (int user = 0; text.length() < BYTES; user++) {
            text.append(Requests.payload(user));
        }
        value = text.substring(0, BYTES).getBytes(UTF_8);
        // As Herald's own.
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "lz4",
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                128 * 1024,
                                ProducerConfig.LINGER_MS_CONFIG,
                                5),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /** Publishes a record for each, and returns when all are acknowledged. */
    void publish(List<NotificationId> notifications) throws InterruptedException {
        var sendings = new ArrayList<Future<RecordMetadata>>(notifications.size());
        for (int user = 0; user < notifications.size(); user++) {
            sendings.add(send(notifications.get(user), user));
        }
        producer.flush();
        for (var sending : sendings) {
            await(sending);
        }
    }

    private Future<RecordMetadata> send(NotificationId notification, int user) {
        var key = Requests.name(user).getBytes(UTF_8);
        var record = value.clone();
        ByteBuffer.wrap(record)
                .putLong(notification.value().getMostSignificantBits())
                .putLong(notification.value().getLeastSignificantBits());
        return producer.send(new ProducerRecord<>(TOPIC, key, record));
    }

    private static void await(Future<RecordMetadata> sending) throws InterruptedException {
        try {
            sending.get();
        } catch (ExecutionException e) {
            throw new BenchException("A record for the raw limit was not taken.", e);
        }
    }

    /**
     * Reads a part of the topic, from its beginning.
     *
     * @param part of so many, from 0
     */
    Reader read(int part, int parts) {
        return new Reader(part, parts);
    }

    /** For one thread. */
    final class Reader implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;

        private Reader(int part, int parts) {
            consumer =
                    new KafkaConsumer<>(
                            Map.of(
                                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    bootstrapServers,
                                    ConsumerConfig.GROUP_ID_CONFIG,
                                    TOPIC,
                                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                    "earliest",
                                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                    false,
                                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                    1_000),
                            new ByteArrayDeserializer(),
                            new ByteArrayDeserializer());
            consumer.assign(
                    IntStream.range(0, PARTITIONS)
                            .filter(partition -> partition % parts == part)
                            .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                            .toList());
        }

        /** What has come; none when nothing came for a moment. */
        List<UUID> next() {
            var ids = new ArrayList<UUID>();
            for (var record : consumer.poll(LONGEST_POLL)) {
                var bytes = ByteBuffer.wrap(record.value());
                ids.add(new UUID(bytes.getLong(), bytes.getLong()));
            }
            return ids;
        }

        /** Those that came were dealt with. */
        void done() {
            consumer.commitAsync();
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
