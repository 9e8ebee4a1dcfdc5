package io.herald.adapter.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.herald.tenant.Access;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Keys;
import java.time.Duration;
import java.util.Optional;

/**
 * Remembers what other keys answered, also that there is no such key, for {@link #REMEMBERED},
 * counted from before they were asked; so a revoked key works at most that much longer than they
 * say. An outage is not remembered.
 */
public final class CaffeineKeys implements Keys {
    /** How long an answer is used again. */
    public static final Duration REMEMBERED = Duration.ofSeconds(3);

    private static final int MOST_REMEMBERED = 10_000;

    private final Keys keys;
    private final Ticker ticker;
    private final Cache<KeyHash, Answer> remembered;

    private record Answer(Optional<Access> access, long askedAt) {}

    /**
     * @param keys are asked for what is not remembered
     */
    public CaffeineKeys(Keys keys) {
        this(keys, Ticker.systemTicker());
    }

    CaffeineKeys(Keys keys, Ticker ticker) {
        this.keys = keys;
        this.ticker = ticker;
        this.remembered =
                Caffeine.newBuilder()
                        .expireAfter(Expiry.creating(this::lifeOf))
                        .maximumSize(MOST_REMEMBERED)
                        .ticker(ticker)
                        // Nothing may run on after the invocation, which is when Lambda freezes.
                        .executor(Runnable::run)
                        .build();
    }

    @Override
    public Optional<Access> find(KeyHash hash) {
        return remembered.get(hash, this::ask).access();
    }

    private Answer ask(KeyHash hash) {
        long askedAt = ticker.read();
        return new Answer(keys.find(hash), askedAt);
    }

    private Duration lifeOf(KeyHash hash, Answer answer) {
        var left = REMEMBERED.minusNanos(ticker.read() - answer.askedAt());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Forgets all answers: a monotonic clock may stand still between a snapshot and a restore. */
    public void forget() {
        remembered.invalidateAll();
    }
}
