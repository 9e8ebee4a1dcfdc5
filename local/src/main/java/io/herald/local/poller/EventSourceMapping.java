package io.herald.local.poller;

import io.herald.catalog.FunctionDeclaration;
import io.herald.catalog.Trigger;
import java.time.Duration;

/**
 * A Kafka event source mapping, as Lambda has it in provisioned mode: retries without end, no
 * destination, partial batch responses and bisect on, starting position TRIM_HORIZON.
 *
 * @param function the function's name, which is the consumer group too
 * @param batchSize the most records of one invocation, 1 to 10,000
 * @param window how long a batch is waited for, 0 to 300 s
 * @param concurrency how many invocations may run at once
 * @param timeout the function's timeout
 * @param backoff how long a batch that failed waits
 */
public record EventSourceMapping(
        String function,
        String topic,
        int batchSize,
        Duration window,
        int concurrency,
        Duration timeout,
        Backoff backoff) {

    public EventSourceMapping {
        if (batchSize < 1 || batchSize > 10_000) {
            throw new IllegalArgumentException("batch size must be 1 to 10,000: " + batchSize);
        }
        if (window.isNegative() || window.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException("window must be 0 to 300 s: " + window);
        }
    }

    /** The mapping that the catalog declares. */
    public static EventSourceMapping of(
            FunctionDeclaration function, Trigger.Topic trigger, int concurrency) {
        return new EventSourceMapping(
                function.name(),
                trigger.topic(),
                trigger.batchSize(),
                trigger.window(),
                concurrency,
                function.timeout(),
                Backoff.DEFAULT);
    }

    /** The same with another backoff. */
    public EventSourceMapping withBackoff(Backoff other) {
        return new EventSourceMapping(
                function, topic, batchSize, window, concurrency, timeout, other);
    }
}
