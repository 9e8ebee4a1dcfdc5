package io.herald.notification;

/** What happened to a notification. The status that holds after it stands beside it. */
public enum EventKind {
    /** A worker took the attempt, under a lease. */
    CLAIMED(1),
    /** The provider accepted it. */
    SENT(2),
    /** It reached the person's device, inbox or endpoint. */
    DELIVERED(3),
    /** The provider refused it, or it could not be made. */
    REFUSED(4),
    /** The attempt could not be made or was put off by the provider; the outcome is known. */
    DEFERRED(5),
    /** The outcome of the attempt was lost: the worker died, or the answer never came. */
    LOST(6),
    /** Its time has come; it is on its way to its lane again. */
    RELEASED(7),
    /** It could not be published or decoded. */
    UNDELIVERABLE(8),
    /** It was accepted for later, or put off. */
    SCHEDULED(9),
    /** It is to be sent at another time than before. */
    RESCHEDULED(10),
    /** Its tenant asked for it not to be sent. */
    CANCELLED(11),
    /** It was too late to send it. */
    EXPIRED(12),
    /** Somebody said what is to hold of an outcome that was not known. */
    RESOLVED(13),
    /** Somebody had it tried again after it had failed. */
    REPLAYED(21),
    /** Somebody had it put aside: it stays failed, and is no dead letter any more. */
    DISCARDED(22),
    /** It came back. */
    BOUNCED(31);

    private final short code;

    EventKind(int code) {
        this.code = (short) code;
    }

    /** What is stored; never reused for another kind. */
    public short code() {
        return code;
    }

    /**
     * @throws IllegalArgumentException when no kind has the code
     */
    public static EventKind ofCode(short code) {
        for (var kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no event kind has code " + code);
    }
}
