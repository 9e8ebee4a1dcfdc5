package io.herald.local.poller;

import io.herald.catalog.Catalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Decides which records are handed out next, and which offsets may be committed. Knows neither
 * Kafka's connection nor the function; times are readings of the monotonic clock. For one thread.
 *
 * <p>A partition is part of at most one batch that is out, so its order is kept; partitions are
 * independent of each other otherwise. What fails goes to the front of its partitions, so nothing
 * overtakes it.
 */
final class RecordQueue {

    private final int batchSize;
    private final long windowNanos;
    private final Backoff backoff;
    private final int payloadBytes;
    // In the order in which they get their turn.
    private final Map<TopicPartition, PartitionQueue> queues = new LinkedHashMap<>();

    /**
     * Makes an empty queue.
     *
     * @param envelopeBytes what an event has beside its records
     */
    RecordQueue(int batchSize, Duration window, Backoff backoff, int envelopeBytes) {
        this.batchSize = batchSize;
        this.windowNanos = window.toNanos();
        this.backoff = backoff;
        this.payloadBytes = Catalog.INVOCATION_LIMIT_BYTES - envelopeBytes;
    }

    void assign(Collection<TopicPartition> partitions) {
        for (var partition : partitions) {
            queues.put(partition, new PartitionQueue(partition));
        }
    }

    /** Forgets the partitions; what is out for them changes nothing any more. */
    void lose(Collection<TopicPartition> partitions) {
        for (var partition : partitions) {
            var queue = queues.remove(partition);
            if (queue != null) {
                queue.lose();
            }
        }
    }

    void loseAll() {
        lose(List.copyOf(queues.keySet()));
    }

    void add(ConsumerRecord<byte[], byte[]> record, long now) {
        var queue = queues.get(new TopicPartition(record.topic(), record.partition()));
        if (queue != null) {
            queue.add(record, KafkaEvent.bytes(record), now);
        }
    }

    /** The partitions that have enough waiting: no more needs to be fetched for them. */
    Set<TopicPartition> full() {
        return queues.values().stream()
                .filter(queue ->
                        queue.freshCount() >= batchSize || queue.freshBytes() >= payloadBytes)
                .map(PartitionQueue::partition)
                .collect(Collectors.toSet());
    }

    /** Takes the next batch that may go out now; null if there is none. */
    @Nullable Batch next(long now) {
        var again = nextFailed(now);
        return again == null ? nextFresh(now) : again;
    }

    /** How long until a batch may go out that may not yet; empty if time alone changes nothing. */
    OptionalLong nanosUntilNext(long now) {
        var soonest = Long.MAX_VALUE;
        for (var queue : queues.values()) {
            var failed = queue.nextFailed();
            if (failed != null && isNext(failed)) {
                soonest = Math.min(soonest, failed.notBefore() - now);
            } else if (queue.isFree()) {
                soonest = Math.min(soonest, queue.oldestSince() + windowNanos - now);
            }
        }
        return soonest == Long.MAX_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, soonest));
    }

    /** Takes note of what became of a batch. */
    void settle(Batch batch, BatchOutcome outcome, long now) {
        batch.queues().forEach(queue -> queue.busy(false));
        switch (outcome) {
            case BatchOutcome.Succeeded() -> batch.items().forEach(RecordQueue::done);
            case BatchOutcome.PartlyFailed(var failed) -> {
                Predicate<Batch.Item> hasFailed = item -> failed.contains(item.id());
                batch.items().stream().filter(hasFailed.negate()).forEach(RecordQueue::done);
                again(batch, batch.items().stream().filter(hasFailed).toList(), now);
            }
            case BatchOutcome.Broken _ -> {
                var middle = (batch.items().size() + 1) / 2;
                // The later half first, since each goes to the front.
                again(batch, batch.items().subList(middle, batch.items().size()), now);
                again(batch, batch.items().subList(0, middle), now);
            }
            case BatchOutcome.Throttled() -> again(batch, batch.items(), now);
        }
    }

    /** What may be committed and is not yet; counts as committed from now on. */
    Map<TopicPartition, OffsetAndMetadata> takeCommittable() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var queue : queues.values()) {
            var offset = queue.committable();
            if (offset.isPresent()) {
                offsets.put(queue.partition(), new OffsetAndMetadata(offset.getAsLong()));
                queue.committed(offset.getAsLong());
            }
        }
        return offsets;
    }

    /** The commit has failed: the offsets are to be committed still. */
    void notCommitted(Set<TopicPartition> partitions) {
        for (var partition : partitions) {
            var queue = queues.get(partition);
            if (queue != null) {
                queue.committed(-1);
            }
        }
    }

    private @Nullable Batch nextFailed(long now) {
        for (var queue : queues.values()) {
            var batch = queue.nextFailed();
            if (batch != null && batch.notBefore() - now <= 0 && isNext(batch)) {
                for (var other : batch.queues()) {
                    other.takeFailed(batch);
                    other.busy(true);
                }
                return batch;
            }
        }
        return null;
    }

    private static boolean isNext(Batch batch) {
        return batch.queues().stream().allMatch(queue -> queue.isNext(batch));
    }

    private @Nullable Batch nextFresh(long now) {
        var free = queues.values().stream().filter(PartitionQueue::isFree).toList();
        if (free.isEmpty() || !isDue(free, now)) {
            return null;
        }
        var items = new ArrayList<Batch.Item>();
        var bytes = 0L;
        for (var queue : free) {
            var before = items.size();
            while (queue.freshCount() > 0
                    && items.size() < batchSize
                    && (items.isEmpty() || bytes + queue.nextBytes() <= payloadBytes)) {
                bytes += queue.nextBytes();
                items.add(new Batch.Item(queue, queue.takeFresh()));
            }
            if (items.size() > before) {
                queue.busy(true);
                // To the end of the line, so that no partition waits for a busier one.
                queues.remove(queue.partition());
                queues.put(queue.partition(), queue);
            }
        }
        return new Batch(items, 0, now);
    }

    private boolean isDue(List<PartitionQueue> free, long now) {
        var count = 0L;
        var bytes = 0L;
        for (var queue : free) {
            count += queue.freshCount();
            bytes += queue.freshBytes();
            if (queue.oldestSince() + windowNanos - now <= 0) {
                return true;
            }
        }
        return count >= batchSize || bytes >= payloadBytes;
    }

    private void again(Batch batch, List<Batch.Item> items, long now) {
        var kept = items.stream().filter(item -> !item.queue().isLost()).toList();
        if (kept.isEmpty()) {
            return;
        }
        var failures = batch.failures() + 1;
        var next = new Batch(kept, failures, now + backoff.after(failures).toNanos());
        next.queues().forEach(queue -> queue.putFailedFirst(next));
    }

    private static void done(Batch.Item item) {
        item.queue().done(item.record().offset());
    }
}
