package io.herald.api;

/** Exceptions as they may be logged. */
final class Faults {
    private static final int MAX_CAUSES = 5;
    private static final int MAX_FRAMES = 30;

    private Faults() {}

    /** What was thrown where, without the messages: those may quote a row, and so a person. */
    static String trace(Throwable fault) {
        var trace = new StringBuilder();
        var current = fault;
        for (int causes = 0; current != null && causes < MAX_CAUSES; causes++) {
            trace.append(causes == 0 ? "" : "\ncaused by ").append(current.getClass().getName());
            var frames = current.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
                trace.append("\n    at ").append(frames[i]);
            }
            current = current.getCause();
        }
        return trace.toString();
    }
}
