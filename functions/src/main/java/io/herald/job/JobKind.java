package io.herald.job;

/** What a job does. */
public enum JobKind {
    /** Has dead letters tried again. */
    REPLAY(1, "replay", "replayed"),
    /** Puts dead letters aside. */
    DISCARD(2, "discard", "discarded");

    private final short code;
    private final String text;
    private final String done;

    JobKind(int code, String text, String done) {
        this.code = (short) code;
        this.text = text;
        this.done = done;
    }

    /** What is stored; never reused for another kind. */
    public short code() {
        return code;
    }

    /** What the API calls it. */
    public String text() {
        return text;
    }

    /** What the API calls what it has done to a thing. */
    public String done() {
        return done;
    }

    /**
     * @throws IllegalArgumentException when no kind has the code
     */
    public static JobKind ofCode(short code) {
        for (var kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of job has code " + code);
    }
}
