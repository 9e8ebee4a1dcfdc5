package io.herald.notification;

import java.util.Set;

/**
 * Where a notification stands: what its newest event says, or {@link #PENDING} while it has none.
 * The only place that knows the legal moves.
 */
public enum Status {
    PENDING(0),
    SCHEDULED(1),
    SENDING(2),
    RETRYING(3),
    SENT(4),
    DELIVERED(5),
    BOUNCED(6),
    FAILED(7),
    UNKNOWN(8),
    SUPPRESSED(9),
    CANCELLED(10),
    EXPIRED(11);

    private static final Set<Status> OUTCOMES = Set.of(SENT, DELIVERED, BOUNCED);

    private final short code;

    Status(int code) {
        this.code = (short) code;
    }

    /** What is stored; never reused for another status. */
    public short code() {
        return code;
    }

    /**
     * @throws IllegalArgumentException when no status has the code
     */
    public static Status ofCode(short code) {
        for (var status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        throw new IllegalArgumentException("no status has code " + code);
    }

    /** Whether Herald does nothing more by itself: only a receipt or a person may change it. */
    public boolean isFinal() {
        return switch (this) {
            case PENDING, SCHEDULED, SENDING, RETRYING -> false;
            case SENT, DELIVERED, BOUNCED, FAILED, UNKNOWN, SUPPRESSED, CANCELLED, EXPIRED -> true;
        };
    }

    /** Whether few notifications come to stand here, and somebody wants to see all that do. */
    public boolean isRare() {
        return switch (this) {
            case BOUNCED, FAILED, UNKNOWN, SUPPRESSED, CANCELLED, EXPIRED -> true;
            case PENDING, SCHEDULED, SENDING, RETRYING, SENT, DELIVERED -> false;
        };
    }

    /**
     * Whether an event that leaves the notification at {@code next} may follow.
     *
     * @param attempts how many hand-overs were claimed so far; a late outcome needs one
     */
    public boolean mayBecome(Status next, int attempts) {
        if (attempts > 0 && OUTCOMES.contains(next) && mayStillHearOfAnOutcome()) {
            return true;
        }
        // A late outcome that moves nothing is recorded all the same.
        if (attempts > 0 && next == this) {
            return true;
        }
        // No further attempt is to be made, and the outcome of one before was lost.
        if (attempts > 0 && next == UNKNOWN && isWaiting()) {
            return true;
        }
        return switch (this) {
            case PENDING ->
                    switch (next) {
                        case SENDING, SUPPRESSED, CANCELLED, EXPIRED, SCHEDULED, RETRYING, FAILED ->
                                true;
                        case PENDING, SENT, DELIVERED, BOUNCED, UNKNOWN -> false;
                    };
            case SCHEDULED ->
                    next == PENDING || next == SCHEDULED || next == CANCELLED || next == EXPIRED;
            case SENDING ->
                    next == RETRYING || next == FAILED || next == UNKNOWN || next == EXPIRED;
            case RETRYING -> next == PENDING || next == CANCELLED || next == EXPIRED;
            case SENT -> next == DELIVERED || next == BOUNCED;
            case DELIVERED -> next == BOUNCED;
            // Failed it stays when it is discarded.
            case FAILED -> next == PENDING || next == FAILED;
            case UNKNOWN -> next == FAILED || next == PENDING;
            case BOUNCED, SUPPRESSED, CANCELLED, EXPIRED -> false;
        };
    }

    /** Whether it is to be sent, and no attempt is under way. */
    public boolean isWaiting() {
        return switch (this) {
            case PENDING, SCHEDULED, RETRYING -> true;
            case SENDING,
                    SENT,
                    DELIVERED,
                    BOUNCED,
                    FAILED,
                    UNKNOWN,
                    SUPPRESSED,
                    CANCELLED,
                    EXPIRED ->
                    false;
        };
    }

    private boolean mayStillHearOfAnOutcome() {
        return switch (this) {
            case SENDING, PENDING, SCHEDULED, RETRYING, FAILED, UNKNOWN, EXPIRED -> true;
            case SENT, DELIVERED, BOUNCED, SUPPRESSED, CANCELLED -> false;
        };
    }
}
