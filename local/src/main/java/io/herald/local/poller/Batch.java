package io.herald.local.poller;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The records of one invocation: those of a partition together and in their order. Compared by
 * identity.
 */
final class Batch {

    /** One record and the queue of the partition that it came from. */
    record Item(PartitionQueue queue, ConsumerRecord<byte[], byte[]> record) {

        BatchOutcome.RecordId id() {
            return new BatchOutcome.RecordId(queue.partition().toString(), record.offset());
        }
    }

    private final List<Item> items;
    private final int failures;
    private final long notBefore;

    Batch(List<Item> items, int failures, long notBefore) {
        this.items = List.copyOf(items);
        this.failures = failures;
        this.notBefore = notBefore;
    }

    List<Item> items() {
        return items;
    }

    /** How often these records have failed together. */
    int failures() {
        return failures;
    }

    /** The moment, on the monotonic clock, before which it must not be tried again. */
    long notBefore() {
        return notBefore;
    }

    List<PartitionQueue> queues() {
        return items.stream().map(Item::queue).distinct().toList();
    }

    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> byPartition() {
        var partitions = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        for (var item : items) {
            partitions
                    .computeIfAbsent(item.queue().partition(), _ -> new ArrayList<>())
                    .add(item.record());
        }
        return partitions;
    }
}
