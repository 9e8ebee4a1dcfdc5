package io.herald.fault;

/** Exceptions as they may be logged. */
public final class Faults {
    private static final int MAX_CAUSES = 5;
    private static final int MAX_FRAMES = 30;

    private Faults() {}

    /**
     * What was thrown where, without the messages of any but the {@link Tellable}: they may quote a
     * row, and so a person.
     */
    public static String trace(Throwable fault) {
        var trace = new StringBuilder();
        var current = fault;
        for (int causes = 0; current != null && causes < MAX_CAUSES; causes++) {
            trace.append(causes == 0 ? "" : "\ncaused by ").append(current.getClass().getName());
            trace.append(current instanceof Tellable ? ": " + current.getMessage() : "");
            var frames = current.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
                trace.append("\n    at ").append(frames[i]);
            }
            current = current.getCause();
        }
        return trace.toString();
    }
}
