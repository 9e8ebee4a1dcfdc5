/**
 * The deterministic simulation: the real use cases over a store, a Kafka and a provider in memory,
 * interleaved, crashed and frozen at every call of a port, as a seed has it; afterwards the
 * invariants are held against the provider's own record.
 *
 * <p>{@code SimulationTest} runs some thousands of seeds, and a hundred thousand where the slow
 * tests run. A seed that fails is told with all its steps, and does the same again: {@code
 * -Dherald.simulation.seed=S} begins at another seed, {@code -Dherald.simulation.count=N} tries
 * that many. {@code BrokenProtocolTest} breaks the rules one by one, and holds the simulation to
 * finding it. What is real here and what is not: docs/adr/0017.
 */
@NullMarked
package io.herald.simulation;

import org.jspecify.annotations.NullMarked;
