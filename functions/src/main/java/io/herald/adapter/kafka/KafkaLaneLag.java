package io.herald.adapter.kafka;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.herald.concurrent.Deadline;
import io.herald.notification.Lane;
import io.herald.outbox.Backlogs;
import io.herald.outbox.LaneLag;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what each lane's consumer group has committed against the offsets of a time, or of now. A
 * lane's group is named as its function, {@code deliver-} and the lane.
 */
public final class KafkaLaneLag implements LaneLag, Backlogs, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLaneLag.class);
    private static final Duration BUDGET = Duration.ofSeconds(2);

    private static final List<String> TOPICS =
            Arrays.stream(Lane.values()).map(Lane::topic).toList();
    private static final Map<String, ListConsumerGroupOffsetsSpec> GROUPS =
            Arrays.stream(Lane.values())
                    .collect(
                            toUnmodifiableMap(
                                    KafkaLaneLag::group, _ -> new ListConsumerGroupOffsetsSpec()));

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
    public Set<Lane> caughtUpTo(Instant time) {
        var caughtUp = EnumSet.noneOf(Lane.class);
        ask(
                OffsetSpec.forTimestamp(time.toEpochMilli()),
                (lane, offsets, deadline) -> {
                    if (offsets.areConsumed(deadline)) {
                        caughtUp.add(lane);
                    }
                });
        return caughtUp;
    }

    @Override
    public Map<Lane, Backlog> backlogs() {
        var backlogs = new EnumMap<Lane, Backlog>(Lane.class);
        ask(
                OffsetSpec.latest(),
                (lane, offsets, deadline) -> backlogs.put(lane, offsets.backlog(deadline)));
        return backlogs;
    }

    private interface Look {
        void at(Lane lane, Offsets offsets, Deadline deadline)
                throws InterruptedException, ExecutionException, TimeoutException;
    }

    private void ask(OffsetSpec reached, Look look) {
        try {
            var deadline = Deadline.in(BUDGET, nanoTime);
            // Each lane by itself: what Kafka cannot tell of one keeps no other from being known.
            var admin = admin();
            var topics = admin.describeTopics(TOPICS).topicNameValues();
            var groups = admin.listConsumerGroupOffsets(GROUPS);
            var asked = new EnumMap<Lane, Offsets>(Lane.class);
            for (var lane : Lane.values()) {
                unlessUnknown(
                        lane,
                        () -> {
                            var topic = within(deadline, requireNonNull(topics.get(lane.topic())));
                            var group = groups.partitionsToOffsetAndMetadata(group(lane));
                            asked.put(lane, Offsets.ask(admin, topic, reached, group));
                        });
            }
            asked.forEach(
                    (lane, offsets) -> unlessUnknown(lane, () -> look.at(lane, offsets, deadline)));
        } catch (KafkaException e) {
            // Such as bootstrap servers whose names cannot be looked up.
            LOG.warn("the lag of the lanes is not known: {}", e.getClass().getSimpleName());
        }
    }

    private interface Question {
        void ask() throws InterruptedException, ExecutionException, TimeoutException;
    }

    private static void unlessUnknown(Lane lane, Question question) {
        try {
            question.ask();
        } catch (ExecutionException | TimeoutException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            LOG.warn("the lag of {} is not known: {}", lane, cause.getClass().getSimpleName());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of the partitions of one lane, all asked for at once. */
    private record Offsets(
            List<TopicPartition> partitions,
            KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> reached,
            KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ends,
            KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> starts,
            KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed) {

        static Offsets ask(
                Admin admin,
                TopicDescription topic,
                OffsetSpec reached,
                KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed) {
            var partitions =
                    topic.partitions().stream()
                            .map(partition ->
                                    new TopicPartition(topic.name(), partition.partition()))
                            .toList();
            return new Offsets(
                    partitions,
                    ask(admin, partitions, reached),
                    ask(admin, partitions, OffsetSpec.latest()),
                    ask(admin, partitions, OffsetSpec.earliest()),
                    committed);
        }

        private static KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ask(
                Admin admin, List<TopicPartition> partitions, OffsetSpec spec) {
            return admin.listOffsets(
                            partitions.stream().collect(toMap(partition -> partition, _ -> spec)))
                    .all();
        }

        /** Groups only go forward, so the answer can be too cautious, never too bold. */
        boolean areConsumed(Deadline deadline)
                throws InterruptedException, ExecutionException, TimeoutException {
            var groups = within(deadline, committed);
            for (var partition : partitions) {
                long found = offset(within(deadline, reached), partition);
                // -1 says that no record is that young: all there are came before.
                long needed = found < 0 ? offset(within(deadline, ends), partition) : found;
                if (consumed(deadline, groups, partition) < needed) {
                    return false;
                }
            }
            return true;
        }

        Backlog backlog(Deadline deadline)
                throws InterruptedException, ExecutionException, TimeoutException {
            var groups = within(deadline, committed);
            long waiting = 0;
            long delivered = 0;
            for (var partition : partitions) {
                long consumed = consumed(deadline, groups, partition);
                waiting += Math.max(0, offset(within(deadline, ends), partition) - consumed);
                delivered += consumed;
            }
            return new Backlog(waiting, delivered);
        }

        /** What is no longer there counts as consumed, also for a group that never committed. */
        private long consumed(
                Deadline deadline,
                Map<TopicPartition, OffsetAndMetadata> groups,
                TopicPartition partition)
                throws InterruptedException, ExecutionException, TimeoutException {
            long start = offset(within(deadline, starts), partition);
            var offset = groups.get(partition);
            return offset == null ? start : Math.max(start, offset.offset());
        }

        private static long offset(
                Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
            var info = offsets.get(partition);
            return info == null ? -1 : info.offset();
        }
    }

    private static <T> T within(Deadline deadline, KafkaFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    private static String group(Lane lane) {
        return "deliver-" + lane.text();
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
