package io.herald.adapter.kafka;

import static java.util.stream.Collectors.toMap;

import io.herald.notification.Lane;
import io.herald.outbox.LaneLag;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
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

    private final String bootstrapServers;
    private @Nullable Admin admin;

    public KafkaLaneLag(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
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

    private static boolean isConsumed(Admin admin, Instant time)
            throws InterruptedException, ExecutionException, TimeoutException {
        var topics = Arrays.stream(Lane.values()).map(Lane::topic).toList();
        var partitions =
                admin
                        .describeTopics(topics)
                        .allTopicNames()
                        .get(BUDGET.toMillis(), TimeUnit.MILLISECONDS)
                        .values()
                        .stream()
                        .flatMap(topic ->
                                topic.partitions().stream()
                                        .map(partition ->
                                                new TopicPartition(
                                                        topic.name(), partition.partition())))
                        .toList();
        var firstAfter = offsets(admin, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
        var ends = offsets(admin, partitions, OffsetSpec.latest());
        var starts = offsets(admin, partitions, OffsetSpec.earliest());
        var committed = committed(admin);
        for (var partition : partitions) {
            // -1 says that no record is that young: all there are came before.
            long found = offsetIn(firstAfter, partition);
            long needed = found < 0 ? offsetIn(ends, partition) : found;
            var offset = committed.get(partition);
            long reached = offset == null ? offsetIn(starts, partition) : offset.offset();
            if (reached < needed) {
                return false;
            }
        }
        return true;
    }

    private static long offsetIn(
            Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        var info = offsets.get(partition);
        return info == null ? -1 : info.offset();
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> offsets(
            Admin admin, List<TopicPartition> partitions, OffsetSpec spec)
            throws InterruptedException, ExecutionException, TimeoutException {
        return admin.listOffsets(
                        partitions.stream().collect(toMap(partition -> partition, _ -> spec)))
                .all()
                .get(BUDGET.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin)
            throws InterruptedException, ExecutionException, TimeoutException {
        var groups =
                Arrays.stream(Lane.values())
                        .collect(
                                toMap(
                                        lane -> "deliver-" + lane.text(),
                                        _ -> new ListConsumerGroupOffsetsSpec()));
        var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
        admin.listConsumerGroupOffsets(groups)
                .all()
                .get(BUDGET.toMillis(), TimeUnit.MILLISECONDS)
                .values()
                .forEach(offsets ->
                        offsets.forEach((partition, offset) -> {
                            if (offset != null) {
                                committed.put(partition, offset);
                            }
                        }));
        return committed;
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
