package io.herald.schedule;

import java.time.Instant;

/** The clock of the store, which all environments see, and which is none of theirs. */
public interface StoreClock {

    /** What it says now; one round trip. */
    Instant instant();
}
