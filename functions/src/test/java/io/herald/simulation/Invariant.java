package io.herald.simulation;

/** What holds after every schedule; the numbers are those of the architecture. */
enum Invariant {
    /** 1: what was answered as accepted is stored, and reaches a final status. */
    ACCEPTED_IS_SETTLED,
    /** What was submitted under one idempotency key is there once. */
    ACCEPTED_ONCE,
    /** It all comes to an end. */
    SETTLES,
    /** No row of outbox or due work is left over. */
    NOTHING_LEFT_OVER,
    /** Sequences have no gap, and the status moves as it may. */
    LEGAL_MOVES,
    /** 2: a hand-over has a claim, which is stored and gives the provider its key. */
    CLAIMED_BEFORE_HANDED_OVER,
    /** 2: an attempt is handed over once. */
    ATTEMPT_ONCE,
    /** 2: an attempt is given up for its lease only when that has ended. */
    LEASE_HOLDS,
    /** 2: at most once means no second hand-over, but after a refusal. */
    AT_MOST_ONCE,
    /** 2: at least once means a second hand-over only after a refusal or a lost outcome. */
    DUPLICATES_EXPLAINED,
    /** 3: after a cancel was confirmed nothing is handed over, and no attempt is open or lost. */
    CANCELLED_IS_NOT_SENT,
    /** What is for later is not claimed before its time, and nothing when it has expired. */
    IN_ITS_TIME,
    /** 4: one user's are handed over as they were published, where nothing came in between. */
    ORDER,
    /** What the status says is what the provider says. */
    STATUS_AGREES,
    /** No use case fails but for an outage. */
    NO_SURPRISE
}
