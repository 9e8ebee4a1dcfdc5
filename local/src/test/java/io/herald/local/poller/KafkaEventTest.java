package io.herald.local.poller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Field by field against the example event of "Using Lambda with Amazon MSK". */
class KafkaEventTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void is_the_event_of_the_documented_example() throws Exception {
        var headers = new RecordHeaders();
        headers.add("headerKey", "headerValue".getBytes(UTF_8));
        var record = record(0, 15, "recordKey".getBytes(UTF_8), "{\"key\":\"value\"}", headers);
        assertThat(JSON.readTree(KafkaEvent.toJson("b-1:9092,b-2:9092", batch(record))))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {
                                  "eventSource": "aws:kafka",
                                  "eventSourceArn": "arn:aws:kafka:local:000000000000:cluster/herald/00000000-0000-0000-0000-000000000000-1",
                                  "bootstrapServers": "b-1:9092,b-2:9092",
                                  "records": {
                                    "mytopic-0": [
                                      {
                                        "topic": "mytopic",
                                        "partition": 0,
                                        "offset": 15,
                                        "timestamp": 1545084650987,
                                        "timestampType": "CREATE_TIME",
                                        "key": "cmVjb3JkS2V5",
                                        "value": "eyJrZXkiOiJ2YWx1ZSJ9",
                                        "headers": [
                                          {
                                            "headerKey": [
                                              104, 101, 97, 100, 101, 114, 86, 97, 108, 117, 101
                                            ]
                                          }
                                        ]
                                      }
                                    ]
                                  }
                                }\
                                """));
    }

    @Test
    void missing_keys_and_values_are_null() throws Exception {
        var event =
                JSON.readTree(
                        KafkaEvent.toJson(
                                "b", batch(record(0, 1, null, null, new RecordHeaders()))));
        var record = event.at("/records/mytopic-0/0");
        assertThat(record.get("key").isNull()).isTrue();
        assertThat(record.get("value").isNull()).isTrue();
        assertThat(record.get("headers").isArray()).isTrue();
    }

    @Test
    void the_records_are_grouped_by_partition() throws Exception {
        var event =
                JSON.readTree(
                        KafkaEvent.toJson(
                                "b",
                                batch(
                                        record(0, 1, null, "a", new RecordHeaders()),
                                        record(0, 2, null, "b", new RecordHeaders()),
                                        record(7, 1, null, "c", new RecordHeaders()))));
        assertThat(event.at("/records/mytopic-0")).hasSize(2);
        assertThat(event.at("/records/mytopic-7")).hasSize(1);
        assertThat(event.at("/records/mytopic-0/1/offset").asInt()).isEqualTo(2);
    }

    @Test
    void a_record_is_never_larger_than_it_was_counted() {
        var headers = new RecordHeaders();
        headers.add("\u0001\u0002\u0003", new byte[] {-128, -127, -126});
        headers.add("empty", null);
        for (var length : List.of(0, 1, 2, 3, 100, 10_000)) {
            var record =
                    record(
                            Integer.MAX_VALUE,
                            Long.MAX_VALUE,
                            new byte[length],
                            "x".repeat(length),
                            headers);
            assertThat(KafkaEvent.toJson("localhost:9092", batch(record)).length)
                    .isLessThanOrEqualTo(
                            KafkaEvent.bytes(record) + KafkaEvent.envelopeBytes("localhost:9092"));
        }
    }

    @SafeVarargs
    private static Batch batch(ConsumerRecord<byte[], byte[]>... records) {
        var items = new ArrayList<Batch.Item>();
        for (var record : records) {
            var partition = new TopicPartition(record.topic(), record.partition());
            items.add(new Batch.Item(new PartitionQueue(partition), record));
        }
        return new Batch(items, 0, 0);
    }

    @SuppressWarnings("NullAway") // Kafka's records may have no key and no value.
    private static ConsumerRecord<byte[], byte[]> record(
            int partition,
            long offset,
            byte @Nullable [] key,
            @Nullable String value,
            RecordHeaders headers) {
        return new ConsumerRecord<>(
                "mytopic",
                partition,
                offset,
                1_545_084_650_987L,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value == null ? null : value.getBytes(UTF_8),
                headers,
                Optional.empty());
    }
}
