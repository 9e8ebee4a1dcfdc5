package io.herald.servers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaServerTest {
    @TempDir Path folder;

    @Test
    void records_survive_a_stop_and_a_kill_on_the_same_port() throws Exception {
        try (var kafka = KafkaServer.start(options())) {
            var bootstrap = kafka.bootstrapServers();
            createTopic(kafka, "kept", 20);
            send(kafka, "one");
            kafka.restart();
            send(kafka, "two");
            kafka.kill();
            assertThat(kafka.isAlive()).isFalse();
            kafka.restart();
            System.out.printf("Kafka after kill -9: %d ms%n", kafka.startTook().toMillis());
            send(kafka, "three");
            assertThat(kafka.bootstrapServers()).isEqualTo(bootstrap);
            assertThat(received(kafka, "kept", 3)).containsExactlyInAnyOrder("one", "two", "three");
            assertThat(partitionsOf(kafka, "__consumer_offsets")).isEqualTo(1);
        }
    }

    @Test
    void nothing_answers_while_it_is_paused() throws Exception {
        try (var kafka = KafkaServer.start(options())) {
            createTopic(kafka, "kept", 1);
            send(kafka, "before");
            kafka.pause();
            assertThatThrownBy(() -> send(kafka, "meanwhile"))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            kafka.resume();
            assertThat(received(kafka, "kept", 1)).contains("before");
        }
    }

    @Test
    void topics_are_not_made_by_themselves() {
        try (var kafka = KafkaServer.start(options())) {
            assertThatThrownBy(() -> send(kafka, "lost")).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void what_ended_a_start_is_said_in_its_own_words() {
        var options = options().withSettings(Map.of("num.io.threads", "many"));
        assertThatThrownBy(() -> KafkaServer.start(options))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("Kafka ended while it was starting")
                .hasMessageContaining("num.io.threads");
    }

    private KafkaServer.Options options() {
        return new KafkaServer.Options(folder, ServerBinaries.in(SharedServers.binaries()));
    }

    private static Map<String, Object> clientOf(KafkaServer kafka) {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    private static void createTopic(KafkaServer kafka, String name, int partitions)
            throws Exception {
        try (var admin = Admin.create(clientOf(kafka))) {
            var topic = new NewTopic(name, partitions, (short) 1);
            admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static int partitionsOf(KafkaServer kafka, String name) throws Exception {
        try (var admin = Admin.create(clientOf(kafka))) {
            var topics =
                    admin.describeTopics(List.of(name)).allTopicNames().get(30, TimeUnit.SECONDS);
            return requireNonNull(topics.get(name)).partitions().size();
        }
    }

    private static void send(KafkaServer kafka, String value) throws Exception {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "max.block.ms",
                        3_000,
                        "request.timeout.ms",
                        2_000,
                        "delivery.timeout.ms",
                        3_000);
        try (var producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("kept", value)).get();
            producer.close(Duration.ZERO);
        }
    }

    private static List<String> received(KafkaServer kafka, String topic, int count) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        "reader",
                        "auto.offset.reset",
                        "earliest");
        var values = new ArrayList<String>();
        try (var consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.size() < count && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
