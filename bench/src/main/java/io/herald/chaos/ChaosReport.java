package io.herald.chaos;

import java.util.List;

/**
 * What came of it.
 *
 * @param accepted answered with 202
 * @param delivered that the provider's record, or the person's feed, has
 * @param dead given up, with a cause
 * @param unknown of which Herald says that it does not know
 * @param cancelled whose cancel was answered with 200
 * @param lost accepted, and none of these: must be 0
 * @param duplicates handed over more than once
 * @param unexplainedDuplicates those without a lost answer before, with another idempotency key, or
 *     of a category that says at most once: must be 0
 * @param sentAfterCancel must be 0
 * @param outOfOrder overtaken by a later one for the same person on the same lane, though neither
 *     relayed nor retried: must be 0
 * @param tooEarly sent before the time it was scheduled for: must be 0
 * @param unexplained dead without a cause, said to be sent while no provider has it, or made though
 *     no call was told of it: must be 0
 * @param damage what was broken meanwhile
 * @param examples some of what must not be, in words
 */
public record ChaosReport(
        long accepted,
        long delivered,
        long dead,
        long unknown,
        long cancelled,
        long lost,
        long duplicates,
        long unexplainedDuplicates,
        long sentAfterCancel,
        long outOfOrder,
        long tooEarly,
        long unexplained,
        Damage damage,
        List<String> examples) {

    public ChaosReport {
        examples = List.copyOf(examples);
    }

    /** How many times something was that must never be. */
    public long violations() {
        return lost + unexplainedDuplicates + sentAfterCancel + outOfOrder + tooEarly + unexplained;
    }
}
