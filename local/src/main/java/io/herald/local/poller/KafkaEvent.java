package io.herald.local.poller;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The event that Lambda makes of records of an MSK topic, as documented under "Example event" of
 * "Using Lambda with Amazon MSK". Keys and values are base64, null where the record has none; a
 * header is an object with one field, whose value is an array of signed bytes.
 */
final class KafkaEvent {

    private static final String CLUSTER =
            "arn:aws:kafka:local:000000000000:cluster/herald/00000000-0000-0000-0000-000000000000-1";
    private static final JsonMapper JSON = new JsonMapper();

    private KafkaEvent() {}

    static byte[] toJson(String bootstrapServers, Batch batch) {
        var bytes = new ByteArrayOutputStream(batch.items().size() * 512);
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("eventSource", "aws:kafka");
            json.writeStringField("eventSourceArn", CLUSTER);
            json.writeStringField("bootstrapServers", bootstrapServers);
            json.writeObjectFieldStart("records");
            for (var partition : batch.byPartition().entrySet()) {
                json.writeArrayFieldStart(partition.getKey().toString());
                for (var record : partition.getValue()) {
                    write(json, record);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** At least as many bytes as the event has beside its records. */
    static int envelopeBytes(String bootstrapServers) {
        return 256 + CLUSTER.length() + bootstrapServers.length();
    }

    /** At least as many bytes as the record takes in an event, its partition's name included. */
    static int bytes(ConsumerRecord<byte[], byte[]> record) {
        var headers = 0L;
        for (Header header : record.headers()) {
            // A character may become an escape of six bytes, and a byte "-128,".
            headers += 16 + 6L * header.key().length() + 5L * length(header.value());
        }
        var total =
                256L
                        + 2L * record.topic().length()
                        + base64Bytes(record.key())
                        + base64Bytes(record.value())
                        + headers;
        return Math.toIntExact(Math.min(total, Integer.MAX_VALUE));
    }

    private static void write(JsonGenerator json, ConsumerRecord<byte[], byte[]> record)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("topic", record.topic());
        json.writeNumberField("partition", record.partition());
        json.writeNumberField("offset", record.offset());
        json.writeNumberField("timestamp", record.timestamp());
        json.writeStringField("timestampType", record.timestampType().name());
        writeBase64(json, "key", record.key());
        writeBase64(json, "value", record.value());
        json.writeArrayFieldStart("headers");
        for (Header header : record.headers()) {
            json.writeStartObject();
            writeHeader(json, header);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeHeader(JsonGenerator json, Header header) throws IOException {
        byte @Nullable [] value = header.value();
        if (value == null) {
            json.writeNullField(header.key());
            return;
        }
        json.writeArrayFieldStart(header.key());
        for (var octet : value) {
            json.writeNumber((int) octet);
        }
        json.writeEndArray();
    }

    private static void writeBase64(JsonGenerator json, String field, byte @Nullable [] value)
            throws IOException {
        if (value == null) {
            json.writeNullField(field);
        } else {
            json.writeBinaryField(field, value);
        }
    }

    private static long base64Bytes(byte @Nullable [] value) {
        return (length(value) + 2L) / 3 * 4;
    }

    private static int length(byte @Nullable [] value) {
        return value == null ? 0 : value.length;
    }
}
