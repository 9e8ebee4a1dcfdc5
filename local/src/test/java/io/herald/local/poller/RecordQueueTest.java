package io.herald.local.poller;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.local.poller.BatchOutcome.Broken;
import io.herald.local.poller.BatchOutcome.PartlyFailed;
import io.herald.local.poller.BatchOutcome.RecordId;
import io.herald.local.poller.BatchOutcome.Succeeded;
import io.herald.local.poller.BatchOutcome.Throttled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecordQueueTest {

    private static final TopicPartition P0 = new TopicPartition("lane", 0);
    private static final TopicPartition P1 = new TopicPartition("lane", 1);
    private static final TopicPartition P2 = new TopicPartition("lane", 2);
    private static final Broken BROKEN = new Broken("test");

    private long now = 1_000_000;

    @Test
    void a_batch_holds_several_partitions_each_in_its_order() {
        var queue = queue(10, Duration.ZERO);
        add(queue, P0, 0, 3);
        add(queue, P1, 0, 2);
        assertThat(ids(next(queue))).containsExactly("0:0", "0:1", "0:2", "1:0", "1:1");
        assertThat(queue.next(now)).isNull();
    }

    @Test
    void a_batch_has_at_most_its_size() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 3);
        add(queue, P1, 0, 3);
        assertThat(ids(next(queue))).containsExactly("0:0", "0:1", "0:2", "1:0");
    }

    @Test
    void a_partition_has_at_most_one_batch_out_and_the_others_go_on() {
        var queue = queue(2, Duration.ZERO);
        add(queue, P0, 0, 4);
        add(queue, P1, 0, 4);
        var first = next(queue);
        var second = next(queue);
        assertThat(ids(first)).containsExactly("0:0", "0:1");
        assertThat(ids(second)).containsExactly("1:0", "1:1");
        assertThat(queue.next(now)).isNull();
        queue.settle(second, new Succeeded(), now);
        assertThat(ids(next(queue))).containsExactly("1:2", "1:3");
        queue.settle(first, new Succeeded(), now);
        assertThat(ids(next(queue))).containsExactly("0:2", "0:3");
    }

    @Test
    void partitions_take_turns() {
        var queue = queue(2, Duration.ZERO);
        add(queue, P0, 0, 10);
        var first = next(queue);
        add(queue, P1, 0, 10);
        queue.settle(first, new Succeeded(), now);
        assertThat(ids(next(queue))).containsExactly("1:0", "1:1");
    }

    @Test
    void an_incomplete_batch_waits_for_its_window() {
        var queue = queue(3, Duration.ofNanos(500));
        add(queue, P0, 0, 2);
        now += 499;
        assertThat(queue.next(now)).isNull();
        assertThat(queue.nanosUntilNext(now)).hasValue(1);
        now += 1;
        assertThat(ids(next(queue))).containsExactly("0:0", "0:1");
    }

    @Test
    void a_full_batch_does_not_wait() {
        var queue = queue(2, Duration.ofMinutes(5));
        add(queue, P0, 0, 1);
        assertThat(queue.next(now)).isNull();
        add(queue, P1, 0, 1);
        assertThat(ids(next(queue))).containsExactly("0:0", "1:0");
    }

    @Test
    void a_batch_stays_within_the_limit_of_an_invocation() {
        var queue = queue(100, Duration.ofMinutes(5));
        for (var offset = 0; offset < 10; offset++) {
            queue.add(record(P0, offset, 1_000_000), now);
        }
        var batch = next(queue);
        assertThat(ids(batch)).containsExactly("0:0", "0:1", "0:2", "0:3");
        assertThat(KafkaEvent.toJson("localhost:9092", batch)).hasSizeLessThan(6_291_456);
    }

    @Test
    void a_record_beyond_the_limit_goes_alone() {
        var queue = queue(100, Duration.ZERO);
        queue.add(record(P0, 0, 7_000_000), now);
        queue.add(record(P0, 1, 1), now);
        assertThat(ids(next(queue))).containsExactly("0:0");
    }

    @Test
    void a_broken_batch_comes_again_in_halves_after_a_wait() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 6);
        queue.settle(next(queue), BROKEN, now);
        assertThat(queue.next(now)).isNull();
        assertThat(queue.nanosUntilNext(now)).hasValue(100);
        now += 100;
        var first = next(queue);
        assertThat(ids(first)).containsExactly("0:0", "0:1");
        assertThat(queue.next(now)).as("the later half waits for the earlier").isNull();
        assertThat(queue.nanosUntilNext(now)).as("and time alone does not help").isEmpty();
        queue.settle(first, new Succeeded(), now);
        var second = next(queue);
        assertThat(ids(second)).containsExactly("0:2", "0:3");
        queue.settle(second, new Succeeded(), now);
        assertThat(ids(next(queue))).containsExactly("0:4", "0:5");
    }

    @Test
    void halves_of_different_partitions_run_side_by_side() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 2);
        add(queue, P1, 0, 2);
        queue.settle(next(queue), BROKEN, now);
        now += 100;
        assertThat(ids(next(queue))).containsExactly("0:0", "0:1");
        assertThat(ids(next(queue))).containsExactly("1:0", "1:1");
    }

    @Test
    void a_partition_in_both_halves_keeps_its_order() {
        var queue = queue(6, Duration.ZERO);
        add(queue, P0, 0, 2);
        add(queue, P1, 0, 3);
        add(queue, P2, 0, 1);
        queue.settle(next(queue), BROKEN, now);
        now += 100;
        var first = next(queue);
        assertThat(ids(first)).containsExactly("0:0", "0:1", "1:0");
        assertThat(queue.next(now)).isNull();
        queue.settle(first, new Succeeded(), now);
        assertThat(ids(next(queue))).containsExactly("1:1", "1:2", "2:0");
    }

    @Test
    void bisecting_isolates_the_one_record_that_breaks_its_batch() {
        var queue = queue(8, Duration.ZERO);
        add(queue, P0, 0, 8);
        var done = new ArrayList<String>();
        for (var turn = 0; turn < 50; turn++) {
            now += Duration.ofMinutes(1).toNanos();
            var batch = queue.next(now);
            if (batch == null) {
                break;
            }
            if (ids(batch).contains("0:5")) {
                queue.settle(batch, BROKEN, now);
            } else {
                done.addAll(ids(batch));
                queue.settle(batch, new Succeeded(), now);
            }
        }
        // What comes after the poisoned record in its partition waits behind it.
        assertThat(done).containsExactly("0:0", "0:1", "0:2", "0:3", "0:4");
        assertThat(queue.takeCommittable()).containsEntry(P0, new OffsetAndMetadata(5));
    }

    @Test
    void the_wait_doubles_up_to_its_cap() {
        var queue = queue(1, Duration.ZERO);
        add(queue, P0, 0, 1);
        for (var wait : List.of(100L, 200L, 400L, 800L, 1_000L, 1_000L)) {
            queue.settle(next(queue), BROKEN, now);
            assertThat(queue.nanosUntilNext(now)).hasValue(wait);
            now += wait;
        }
    }

    @Test
    void a_throttled_batch_comes_again_whole() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 4);
        queue.settle(next(queue), new Throttled(), now);
        assertThat(queue.next(now)).isNull();
        now += 100;
        assertThat(ids(next(queue))).containsExactly("0:0", "0:1", "0:2", "0:3");
    }

    @Test
    void only_the_failed_records_come_again_and_before_what_follows_them() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 6);
        var failed = Set.of(new RecordId("lane-0", 1), new RecordId("lane-0", 3));
        queue.settle(next(queue), new PartlyFailed(failed), now);
        assertThat(queue.next(now)).isNull();
        now += 100;
        var again = next(queue);
        assertThat(ids(again)).containsExactly("0:1", "0:3");
        queue.settle(again, new Succeeded(), now);
        assertThat(ids(next(queue))).containsExactly("0:4", "0:5");
    }

    @Test
    void a_failure_in_one_partition_does_not_hold_back_another() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 2);
        add(queue, P1, 0, 4);
        queue.settle(next(queue), new PartlyFailed(Set.of(new RecordId("lane-0", 0))), now);
        assertThat(ids(next(queue))).containsExactly("1:2", "1:3");
    }

    @Test
    void only_what_is_done_without_a_gap_is_committed() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 10, 4);
        var batch = next(queue);
        assertThat(queue.takeCommittable()).isEmpty();
        queue.settle(batch, new PartlyFailed(Set.of(new RecordId("lane-0", 12))), now);
        assertThat(queue.takeCommittable()).containsOnly(entry(P0, 12));
        assertThat(queue.takeCommittable()).isEmpty();
        now += 100;
        queue.settle(next(queue), new Succeeded(), now);
        assertThat(queue.takeCommittable()).containsOnly(entry(P0, 14));
    }

    @Test
    void nothing_is_committed_while_the_first_record_is_not_done() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 10, 4);
        queue.settle(next(queue), new PartlyFailed(Set.of(new RecordId("lane-0", 10))), now);
        assertThat(queue.takeCommittable()).containsOnly(entry(P0, 10));
    }

    @Test
    void a_commit_that_failed_is_due_again() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 1);
        queue.settle(next(queue), new Succeeded(), now);
        queue.notCommitted(queue.takeCommittable().keySet());
        assertThat(queue.takeCommittable()).containsOnly(entry(P0, 1));
    }

    @Test
    void a_lost_partition_is_forgotten_and_holds_nothing_back() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 2);
        add(queue, P1, 0, 2);
        var batch = next(queue);
        queue.lose(Set.of(P0));
        queue.settle(batch, new Throttled(), now);
        now += 100;
        var again = next(queue);
        assertThat(ids(again)).containsExactly("1:0", "1:1");
        queue.settle(again, new Succeeded(), now);
        assertThat(queue.takeCommittable()).containsOnly(entry(P1, 2));
    }

    @Test
    void a_partition_that_comes_back_starts_anew_whatever_was_in_flight() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 2);
        var old = next(queue);
        queue.lose(Set.of(P0));
        queue.assign(Set.of(P0));
        add(queue, P0, 0, 2);
        var again = next(queue);
        queue.settle(old, new Succeeded(), now);
        assertThat(queue.takeCommittable()).isEmpty();
        assertThat(ids(again)).containsExactly("0:0", "0:1");
    }

    @Test
    void a_partition_with_a_batch_waiting_needs_no_more() {
        var queue = queue(4, Duration.ZERO);
        add(queue, P0, 0, 4);
        add(queue, P1, 0, 3);
        assertThat(queue.full()).containsExactly(P0);
    }

    private static RecordQueue queue(int batchSize, Duration window) {
        var backoff = new Backoff(Duration.ofNanos(100), Duration.ofNanos(1_000));
        var queue =
                new RecordQueue(
                        batchSize, window, backoff, KafkaEvent.envelopeBytes("localhost:9092"));
        queue.assign(List.of(P0, P1, P2));
        return queue;
    }

    private void add(RecordQueue queue, TopicPartition partition, int from, int count) {
        IntStream.range(from, from + count)
                .forEach(offset -> queue.add(record(partition, offset, 10), now));
    }

    private Batch next(RecordQueue queue) {
        return Objects.requireNonNull(queue.next(now), "no batch is due");
    }

    private static ConsumerRecord<byte[], byte[]> record(
            TopicPartition partition, long offset, int length) {
        return new ConsumerRecord<>(
                partition.topic(), partition.partition(), offset, new byte[0], new byte[length]);
    }

    private static List<String> ids(Batch batch) {
        return batch.items().stream()
                .map(item -> item.queue().partition().partition() + ":" + item.record().offset())
                .toList();
    }

    private static Map.Entry<TopicPartition, OffsetAndMetadata> entry(
            TopicPartition partition, long offset) {
        return Map.entry(partition, new OffsetAndMetadata(offset));
    }
}
