/** Everything that speaks to Kafka. */
@NullMarked
package io.herald.adapter.kafka;

import org.jspecify.annotations.NullMarked;
