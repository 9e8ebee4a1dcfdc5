package io.herald.chaos;

import io.herald.events.DispatchRecords;
import io.herald.events.UndecodableException;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** In which order Kafka took what was published: what is in the lanes, read at the end. */
final class Publications {
    private static final Duration POLL = Duration.ofSeconds(2);

    private Publications() {}

    /**
     * @return the offset of the first record of each notification; it says nothing between
     *     partitions
     */
    static Map<NotificationId, Long> firstOffsets(String bootstrapServers) {
        var first = new HashMap<NotificationId, Long>();
        var settings = Map.<String, Object>of("bootstrap.servers", bootstrapServers);
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (var lane : Lane.values()) {
                var partitions =
                        consumer.partitionsFor(lane.topic()).stream()
                                .map(one -> new TopicPartition(one.topic(), one.partition()))
                                .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                var ends = consumer.endOffsets(partitions);
                while (partitions.stream()
                        .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                    for (var record : consumer.poll(POLL)) {
                        try {
                            var id = DispatchRecords.decode(record.value()).id();
                            first.merge(new NotificationId(id), record.offset(), Math::min);
                        } catch (UndecodableException _) {
                            // Not one of ours.
                        }
                    }
                }
            }
        }
        return first;
    }
}
