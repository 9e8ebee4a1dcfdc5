package io.herald.bench;

/**
 * One row of the table.
 *
 * @param name what was measured; one measurement may have several rows, told apart by their unit
 * @param unit of both figures
 * @param rawLimit what loops that do nothing but the bare work reached in the same run
 */
public record Measurement(String name, double value, String unit, double rawLimit) {

    /** The value as a part of the raw limit: of a rate at most about 1, of a latency at least. */
    public double ratio() {
        return value / rawLimit;
    }
}
