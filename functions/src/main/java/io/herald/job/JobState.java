package io.herald.job;

import java.util.Locale;

/** Where a job stands. */
public enum JobState {
    QUEUED(0),
    RUNNING(1),
    DONE(2),
    CANCELLED(3),
    FAILED(4);

    private final short code;

    JobState(int code) {
        this.code = (short) code;
    }

    /** What is stored; never reused for another state. */
    public short code() {
        return code;
    }

    /** What the API calls it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException when no state has the code
     */
    public static JobState ofCode(short code) {
        for (var state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalArgumentException("no state of a job has code " + code);
    }
}
