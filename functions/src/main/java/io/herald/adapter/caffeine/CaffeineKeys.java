package io.herald.adapter.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.herald.tenant.Access;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Keys;
import java.time.Duration;
import java.util.Optional;

/**
 * Remembers what other keys answered, also that there is no such key, for {@link #REMEMBERED}; so a
 * revoked key works at most that much longer. An outage is not remembered.
 */
public final class CaffeineKeys implements Keys {
    /** How long an answer is used again. */
    public static final Duration REMEMBERED = Duration.ofSeconds(3);

    private static final int MOST_REMEMBERED = 10_000;

    private final Keys keys;
    private final Cache<KeyHash, Optional<Access>> remembered;

    /**
     * @param keys are asked for what is not remembered
     */
    public CaffeineKeys(Keys keys) {
        this(keys, Ticker.systemTicker());
    }

    CaffeineKeys(Keys keys, Ticker ticker) {
        this.keys = keys;
        this.remembered =
                Caffeine.newBuilder()
                        .expireAfterWrite(REMEMBERED)
                        .maximumSize(MOST_REMEMBERED)
                        .ticker(ticker)
                        // Nothing may run on after the invocation, which is when Lambda freezes.
                        .executor(Runnable::run)
                        .build();
    }

    @Override
    public Optional<Access> find(KeyHash hash) {
        return remembered.get(hash, keys::find);
    }

    /** Forgets all answers: a monotonic clock may stand still between a snapshot and a restore. */
    public void forget() {
        remembered.invalidateAll();
    }
}
