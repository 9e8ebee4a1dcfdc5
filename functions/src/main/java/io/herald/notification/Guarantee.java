package io.herald.notification;

/** What may be done after a hand-over whose outcome was lost. */
public enum Guarantee {
    /** Hand over again, with the same provider idempotency key. */
    AT_LEAST_ONCE(0),
    /** Never hand over again; the notification becomes {@link Status#UNKNOWN}. */
    AT_MOST_ONCE(1);

    private final short code;

    Guarantee(int code) {
        this.code = (short) code;
    }

    /** What is stored; never reused. */
    public short code() {
        return code;
    }

    /**
     * @throws IllegalArgumentException when none has the code
     */
    public static Guarantee ofCode(short code) {
        for (var guarantee : values()) {
            if (guarantee.code == code) {
                return guarantee;
            }
        }
        throw new IllegalArgumentException("no guarantee has code " + code);
    }
}
