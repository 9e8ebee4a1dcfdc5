package io.herald.outbox;

import java.time.Instant;

/**
 * When a lane takes what a submission puts on it.
 *
 * @param at its place among what waits to be relayed: what has the earlier one goes first
 * @param held whether it has to wait for the relay, and is not published at once
 */
public record Turn(Instant at, boolean held) {}
