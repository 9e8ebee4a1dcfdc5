/** Kafka's adapters against a real broker, also one that stops and comes back. */
@NullMarked
package io.herald.adapter.kafka;

import org.jspecify.annotations.NullMarked;
