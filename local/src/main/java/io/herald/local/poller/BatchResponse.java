package io.herald.local.poller;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.local.poller.BatchOutcome.Broken;
import io.herald.local.poller.BatchOutcome.PartlyFailed;
import io.herald.local.poller.BatchOutcome.RecordId;
import io.herald.local.poller.BatchOutcome.Succeeded;
import java.io.IOException;
import java.util.HashSet;

/**
 * The answer of a function whose mapping reports batch item failures, read as Lambda reads it: no
 * answer, {@code null}, and no failures or an empty list of them are success; an identifier that is
 * malformed or was not in the event makes the whole batch fail.
 */
final class BatchResponse {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private BatchResponse() {}

    static BatchOutcome read(Batch batch, byte[] payload) {
        JsonNode answer;
        try {
            answer = JSON.readTree(payload);
        } catch (JacksonException e) {
            return new Broken("the answer is not JSON");
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        if (isAbsent(answer)) {
            return new Succeeded();
        }
        if (!answer.isObject()) {
            return new Broken("the answer is not an object");
        }
        var failures = answer.path("batchItemFailures");
        if (isAbsent(failures)) {
            return new Succeeded();
        }
        return failures.isArray()
                ? failures(batch, failures)
                : new Broken("batchItemFailures is not an array");
    }

    private static BatchOutcome failures(Batch batch, JsonNode failures) {
        var sent = new HashSet<RecordId>();
        for (var item : batch.items()) {
            sent.add(item.id());
        }
        var failed = new HashSet<RecordId>();
        for (var failure : failures) {
            var identifier = failure.path("itemIdentifier");
            var partition = identifier.path("partition");
            var offset = identifier.path("offset");
            if (!partition.isTextual()
                    || !offset.canConvertToLong()
                    || !offset.isIntegralNumber()) {
                return new Broken("an item identifier is malformed");
            }
            var id = new RecordId(partition.textValue(), offset.longValue());
            if (!sent.contains(id)) {
                return new Broken("an item identifier was not in the event: " + id);
            }
            failed.add(id);
        }
        return failed.isEmpty() ? new Succeeded() : new PartlyFailed(failed);
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
