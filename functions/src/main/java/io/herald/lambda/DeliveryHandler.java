package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.herald.delivery.DeliverBatch;
import io.herald.delivery.LaneRecord;
import io.herald.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lane's function: takes the event of an MSK event source mapping. Whatever is wrong with one
 * record is settled inside, so no item ever fails; an outage fails the invocation, and the batch
 * comes again.
 */
public final class DeliveryHandler implements RequestStreamHandler, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] NO_FAILURES =
            "{\"batchItemFailures\":[]}".getBytes(StandardCharsets.UTF_8);

    private final DeliverBatch deliverBatch;
    private final Runnable close;

    public DeliveryHandler() {
        this(System.getenv());
    }

    public DeliveryHandler(Map<String, String> environment) {
        this(new Wiring(environment));
    }

    private DeliveryHandler(Wiring wiring) {
        this(wiring.deliverBatch(), wiring::close);
    }

    /**
     * Delivers in one way.
     *
     * @param close what is to be done when the environment ends
     */
    public DeliveryHandler(DeliverBatch deliverBatch, Runnable close) {
        this.deliverBatch = deliverBatch;
        this.close = close;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context)
            throws IOException {
        deliverBatch.deliver(decode(JSON.readTree(input)));
        output.write(NO_FAILURES);
    }

    /** The records of each partition are in the order of their offsets. */
    private static List<LaneRecord> decode(JsonNode event) {
        var batch = new ArrayList<LaneRecord>();
        for (var partition : event.path("records")) {
            for (var item : partition) {
                batch.add(
                        new LaneRecord(
                                item.path("topic").asText(),
                                item.path("partition").asInt(),
                                item.path("offset").asLong(),
                                bytes(item.path("key")),
                                bytes(item.path("value"))));
            }
        }
        return batch;
    }

    private static byte @Nullable [] bytes(JsonNode base64) {
        return base64.isTextual() ? Base64.getDecoder().decode(base64.textValue()) : null;
    }

    @Override
    public void close() {
        close.run();
    }
}
