package io.herald.tenant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Turns an API key into what it gives access to. What was looked up is remembered for {@link
 * #REMEMBERED}, so a revoked key works at most that much longer than the port lets it.
 */
public final class Authenticate {
    /** How long an answer is used again, also the answer that there is no such key. */
    public static final Duration REMEMBERED = Duration.ofSeconds(3);

    private static final int MOST_REMEMBERED = 10_000;

    private final Keys keys;
    private final Clock clock;
    private final Cache<KeyHash, Optional<Access>> remembered;

    public Authenticate(Keys keys, Clock clock) {
        this(keys, clock, Ticker.systemTicker());
    }

    /**
     * @param ticker tells how much time went by, for what is remembered
     */
    Authenticate(Keys keys, Clock clock, Ticker ticker) {
        this.keys = keys;
        this.clock = clock;
        this.remembered =
                Caffeine.newBuilder()
                        .expireAfterWrite(REMEMBERED)
                        .maximumSize(MOST_REMEMBERED)
                        .ticker(ticker)
                        // Nothing may run on after the invocation, which is when Lambda freezes.
                        .executor(Runnable::run)
                        .build();
    }

    /**
     * @return empty when there is no such key, or it was revoked, or it has expired
     */
    public Optional<Access> access(ApiKey key) {
        return remembered.get(key.hash(), keys::find).filter(this::isValid);
    }

    /** Forgets all answers: a monotonic clock may stand still between a snapshot and a restore. */
    public void forget() {
        remembered.invalidateAll();
    }

    private boolean isValid(Access access) {
        var expiresAt = access.expiresAt();
        return expiresAt == null || clock.instant().isBefore(expiresAt);
    }
}
