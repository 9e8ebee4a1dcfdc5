package io.herald.simulation;

/**
 * Something that must never be.
 *
 * @param what which notification, and how
 */
record Violation(Invariant invariant, String what) {}
