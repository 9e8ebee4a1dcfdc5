package io.herald.submission;

/**
 * The name that a tenant gives to what it asks for, so that a repetition is known for one.
 *
 * @param text 1 to {@value #MAX_LENGTH} characters
 */
public record IdempotencyKey(Use use, String text) {
    public static final int MAX_LENGTH = 255;

    /** What the key names. A batch and a message may have the same text. */
    public enum Use {
        /** One message, by a call of its own or in a batch. */
        MESSAGE(1),
        /** A whole batch. */
        BATCH(2),
        /** A job that replays dead letters. */
        REPLAY(3),
        /** A job that discards dead letters. */
        DISCARD(4);

        private final short code;

        Use(int code) {
            this.code = (short) code;
        }

        /** What is stored; never reused for another use. */
        public short code() {
            return code;
        }

        /**
         * @throws IllegalArgumentException when no use has the code
         */
        public static Use ofCode(short code) {
            for (var use : values()) {
                if (use.code == code) {
                    return use;
                }
            }
            throw new IllegalArgumentException("no use of a key has code " + code);
        }
    }
}
