/** The contract: what travels on Kafka and in webhooks, with its JSON Schema beside it. */
@NullMarked
package io.herald.events;

import org.jspecify.annotations.NullMarked;
