package io.herald.local.poller;

import java.util.ArrayDeque;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done for one partition, in order: batches that failed, then the records that no
 * invocation has seen. While it is busy an invocation has some of its records, and no other may.
 */
final class PartitionQueue {

    private record Waiting(ConsumerRecord<byte[], byte[]> record, int bytes, long since) {}

    private final TopicPartition partition;
    private final ArrayDeque<Waiting> fresh = new ArrayDeque<>();
    private final ArrayDeque<Batch> failed = new ArrayDeque<>();
    // Handed to an invocation at least once and not yet done with.
    private final NavigableSet<Long> open = new TreeSet<>();
    private long freshBytes;
    private long afterLastDone = -1;
    private long committed = -1;
    private boolean busy;
    private boolean lost;

    PartitionQueue(TopicPartition partition) {
        this.partition = partition;
    }

    TopicPartition partition() {
        return partition;
    }

    void add(ConsumerRecord<byte[], byte[]> record, int bytes, long now) {
        fresh.add(new Waiting(record, bytes, now));
        freshBytes += bytes;
    }

    int freshCount() {
        return fresh.size();
    }

    long freshBytes() {
        return freshBytes;
    }

    /** Since when the oldest fresh record waits; there must be one. */
    long oldestSince() {
        return fresh.getFirst().since();
    }

    /** The size of the next fresh record; there must be one. */
    int nextBytes() {
        return fresh.getFirst().bytes();
    }

    /** Takes the next fresh record; there must be one. */
    ConsumerRecord<byte[], byte[]> takeFresh() {
        var next = fresh.removeFirst();
        freshBytes -= next.bytes();
        open.add(next.record().offset());
        return next.record();
    }

    /**
     * Whether fresh records may be handed out: none is in flight, and no failed one comes first.
     */
    boolean isFree() {
        return !busy && failed.isEmpty() && !fresh.isEmpty();
    }

    @Nullable Batch nextFailed() {
        return failed.peekFirst();
    }

    boolean isNext(Batch batch) {
        // A lost partition holds nothing back: its records are somebody else's now.
        return lost || (!busy && failed.peekFirst() == batch);
    }

    void takeFailed(Batch batch) {
        if (!lost && failed.peekFirst() == batch) {
            failed.removeFirst();
        }
    }

    void putFailedFirst(Batch batch) {
        failed.addFirst(batch);
    }

    void busy(boolean value) {
        busy = value;
    }

    void done(long offset) {
        open.remove(offset);
        afterLastDone = Math.max(afterLastDone, offset + 1);
    }

    /** The offset to commit: everything before it is done. Empty if that is committed already. */
    OptionalLong committable() {
        var offset = open.isEmpty() ? afterLastDone : Math.min(open.first(), afterLastDone);
        return offset > committed ? OptionalLong.of(offset) : OptionalLong.empty();
    }

    void committed(long offset) {
        committed = offset;
    }

    boolean isLost() {
        return lost;
    }

    void lose() {
        lost = true;
        fresh.clear();
        failed.clear();
    }
}
