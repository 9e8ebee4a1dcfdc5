package io.herald.adapter.kafka;

import io.herald.notification.Lane;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes the topics of the lanes. */
public final class KafkaTopics {

    /** The most that one record may have, before it is compressed and with its key. */
    public static final int MAX_RECORD_BYTES = 1024 * 1024;

    // Kafka counts what it adds to a batch, too.
    private static final int BATCH_OVERHEAD = 1_024;
    private static final int LIMIT_SECONDS = 30;

    private final String bootstrapServers;

    public KafkaTopics(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Makes those that are missing. One that is there stays as it is: the partitions of a topic
     * never grow in place, for that would move users between partitions and break their order.
     *
     * @param replication copies of each record; writes need all of them but one, when there are
     *     several
     */
    public void ensure(int partitions, int replication) {
        var topics =
                Arrays.stream(Lane.values())
                        .map(lane ->
                                new NewTopic(lane.topic(), partitions, (short) replication)
                                        .configs(
                                                Map.of(
                                                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                                        String.valueOf(
                                                                MAX_RECORD_BYTES + BATCH_OVERHEAD),
                                                        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                                                        String.valueOf(
                                                                Math.max(1, replication - 1)),
                                                        TopicConfig
                                                                .UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                                                        "false")))
                        .toList();
        try (var admin =
                Admin.create(
                        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            for (var topic : admin.createTopics(topics).values().values()) {
                try {
                    topic.get(LIMIT_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new IllegalStateException("the topics cannot be made", e.getCause());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making topics", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("Kafka did not make the topics in time", e);
        }
    }
}
