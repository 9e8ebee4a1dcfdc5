package io.herald.local.poller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.local.poller.BatchOutcome.Broken;
import io.herald.local.poller.BatchOutcome.PartlyFailed;
import io.herald.local.poller.BatchOutcome.RecordId;
import io.herald.local.poller.BatchOutcome.Succeeded;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Partial batch response" for Kafka event sources in the Lambda guide. */
class BatchResponseTest {

    private final PartitionQueue queue = new PartitionQueue(new TopicPartition("topic", 0));
    private final Batch batch =
            new Batch(
                    List.of(new Batch.Item(queue, record(100)), new Batch.Item(queue, record(101))),
                    0,
                    0);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{'batchItemFailures':null}",
                "{'batchItemFailures':[]}",
                "{'statusCode':200}"
            })
    void no_failures_are_success(String answer) {
        assertThat(read(answer)).isEqualTo(new Succeeded());
    }

    @Test
    void an_identifier_is_an_object_of_partition_and_offset() {
        assertThat(
                        read(
                                "{'batchItemFailures':[{'itemIdentifier':"
                                        + "{'partition':'topic-0','offset':101}}]}"))
                .isEqualTo(new PartlyFailed(Set.of(new RecordId("topic-0", 101))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'partition':'topic-0','offset':102}",
                "{'partition':'topic-1','offset':100}",
                "{'partition':'topic','offset':100}",
                "{'partition':'topic-0','offset':'100'}",
                "{'partition':'topic-0','offset':100.5}",
                "{'partition':'topic-0'}",
                "{'offset':100}",
                "{}",
                "null",
                "'topic-0-100'",
                "100",
            })
    void an_identifier_that_is_malformed_or_was_not_sent_fails_the_whole_batch(String identifier) {
        var right = "{'itemIdentifier':{'partition':'topic-0','offset':100}}";
        assertThat(
                        read(
                                "{'batchItemFailures':[%s,{'itemIdentifier':%s}]}"
                                        .formatted(right, identifier)))
                .isInstanceOf(Broken.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "'done'",
                "{'batchItemFailures':{}}",
                "{'batchItemFailures':[{}]}",
                "{'batchItemFailures':['topic-0']}"
            })
    void an_answer_that_is_not_understood_fails_the_whole_batch(String answer) {
        assertThat(read(answer)).isInstanceOf(Broken.class);
    }

    private BatchOutcome read(String answer) {
        return BatchResponse.read(batch, answer.replace('\'', '"').getBytes(UTF_8));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>("topic", 0, offset, new byte[0], new byte[0]);
    }
}
