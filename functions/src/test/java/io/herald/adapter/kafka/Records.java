package io.herald.adapter.kafka;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.events.DispatchRecord;
import io.herald.notification.Lane;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Records to publish. */
final class Records {

    private Records() {}

    static DispatchRecord record(String lane, UUID tenant, String user, String text) {
        return new DispatchRecord(
                UUID.randomUUID(),
                0,
                1,
                tenant,
                user,
                "email",
                lane,
                "order-shipped",
                1,
                JsonNodeFactory.instance.objectNode().put("text", text),
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                0);
    }

    static DispatchRecord record(Lane lane) {
        return record(lane.text(), UUID.randomUUID(), "ada", "text");
    }

    static List<DispatchRecord> records(Lane lane, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> record(lane.text(), UUID.randomUUID(), "user-" + i, "text"))
                .toList();
    }
}
