/**
 * What is stored and not yet on Kafka: relayed until it is, and reconciled with what Kafka may have
 * lost.
 */
@NullMarked
package io.herald.outbox;

import org.jspecify.annotations.NullMarked;
