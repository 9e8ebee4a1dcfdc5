package io.herald.adapter.kafka;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.herald.concurrent.Deadline;
import io.herald.notification.Lane;
import io.herald.outbox.LaneLag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what each lane's consumer group has committed against the offsets of a time. A lane's group
 * is named as its function, {@code deliver-} and the lane.
 */
public final class KafkaLaneLag implements LaneLag, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLaneLag.class);
    private static final Duration BUDGET = Duration.ofSeconds(2);

    private static final List<String> TOPICS =
            Arrays.stream(Lane.values()).map(Lane::topic).toList();
    private static final Map<String, ListConsumerGroupOffsetsSpec> GROUPS =
            Arrays.stream(Lane.values())
                    .collect(
                            toUnmodifiableMap(
                                    lane -> "deliver-" + lane.text(),
                                    _ -> new ListConsumerGroupOffsetsSpec()));

    private final String bootstrapServers;
    private final LongSupplier nanoTime;
    private @Nullable Admin admin;

    /**
     * @param nanoTime a monotonic clock
     */
    public KafkaLaneLag(String bootstrapServers, LongSupplier nanoTime) {
        this.bootstrapServers = bootstrapServers;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean hasConsumedAllBefore(Instant time) {
        try {
            return isConsumed(admin(), time);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn("the lag of the lanes is not known: {}", e.getClass().getSimpleName());
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isConsumed(Admin admin, Instant time)
            throws InterruptedException, ExecutionException, TimeoutException {
        var deadline = Deadline.in(BUDGET, nanoTime);
        var partitions = partitions(admin, deadline);
        // All asked at once. Groups only go forward, so an answer can be too cautious, never too
        // bold.
        var firstAfter = ask(admin, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
        var ends = ask(admin, partitions, OffsetSpec.latest());
        var starts = ask(admin, partitions, OffsetSpec.earliest());
        var groups = admin.listConsumerGroupOffsets(GROUPS).all();

        var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var offsets : within(deadline, groups).values()) {
            offsets.forEach((partition, offset) -> {
                if (offset != null) {
                    committed.put(partition, offset);
                }
            });
        }
        for (var partition : partitions) {
            long found = offset(within(deadline, firstAfter), partition);
            // -1 says that no record is that young: all there are came before.
            long needed = found < 0 ? offset(within(deadline, ends), partition) : found;
            var offset = committed.get(partition);
            // What is no longer there counts as consumed, also for a group that never committed.
            long start = offset(within(deadline, starts), partition);
            long reached = offset == null ? start : Math.max(start, offset.offset());
            if (reached < needed) {
                return false;
            }
        }
        return true;
    }

    private static List<TopicPartition> partitions(Admin admin, Deadline deadline)
            throws InterruptedException, ExecutionException, TimeoutException {
        var partitions = new ArrayList<TopicPartition>();
        var topics = within(deadline, admin.describeTopics(TOPICS).allTopicNames());
        for (var topic : topics.values()) {
            for (var partition : topic.partitions()) {
                partitions.add(new TopicPartition(topic.name(), partition.partition()));
            }
        }
        return partitions;
    }

    private static KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ask(
            Admin admin, List<TopicPartition> partitions, OffsetSpec spec) {
        return admin.listOffsets(
                        partitions.stream().collect(toMap(partition -> partition, _ -> spec)))
                .all();
    }

    private static <T> T within(Deadline deadline, KafkaFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    private static long offset(
            Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        var info = offsets.get(partition);
        return info == null ? -1 : info.offset();
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin =
                    Admin.create(
                            Map.of(
                                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    bootstrapServers,
                                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                    (int) BUDGET.toMillis(),
                                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                    (int) BUDGET.toMillis()));
        }
        return admin;
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
            admin = null;
        }
    }
}
