/**
 * Real Postgres, Kafka and Redis as child processes of this JVM, for the local cloud and for tests.
 */
@NullMarked
package io.herald.servers;

import org.jspecify.annotations.NullMarked;
