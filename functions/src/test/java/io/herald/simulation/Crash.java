package io.herald.simulation;

/** Ends an actor where it stands, as a killed process ends. No use case catches an error. */
final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
        super("killed", null, false, false);
    }
}
