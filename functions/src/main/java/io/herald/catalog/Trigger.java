package io.herald.catalog;

import java.time.Duration;
import java.util.List;

/** What makes a function run. */
public sealed interface Trigger {

    /**
     * API Gateway REST, proxy integration. Requests whose path starts with one of the prefixes come
     * here; the empty prefix takes whatever no other function takes.
     *
     * @param pathPrefixes such as {@code /v1/callbacks/}
     */
    record Routes(List<String> pathPrefixes) implements Trigger {
        public Routes {
            pathPrefixes = List.copyOf(pathPrefixes);
        }
    }

    /**
     * An MSK event source mapping with retries without end, no destination, partial batch responses
     * and bisect on.
     *
     * @param topic the topic that is read, from its oldest record on
     * @param batchSize the most records of one invocation, 1 to 10,000
     * @param window how long a batch is waited for, 0 to 300 s
     */
    record Topic(String topic, int batchSize, Duration window) implements Trigger {}

    /**
     * A schedule; runs may overlap, up to the function's concurrency.
     *
     * @param rate a minute at the finest, as with EventBridge
     */
    record Rate(Duration rate) implements Trigger {}

    /** Once, whenever a new version is deployed, before anything else runs. */
    record Deployment() implements Trigger {}

    /** Only by who may invoke the function itself; it is not on the network. */
    record Invocation() implements Trigger {}
}
