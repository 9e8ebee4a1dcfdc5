/** From a Kafka record to a provider: decide, claim, render, hand over, record. */
@NullMarked
package io.herald.delivery;

import org.jspecify.annotations.NullMarked;
