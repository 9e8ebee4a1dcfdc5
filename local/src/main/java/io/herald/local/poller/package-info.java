/** The Kafka event source mapping: batches of records, in order, until they succeed. */
@NullMarked
package io.herald.local.poller;

import org.jspecify.annotations.NullMarked;
