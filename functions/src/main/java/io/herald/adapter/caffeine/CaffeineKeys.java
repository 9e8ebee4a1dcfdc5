package io.herald.adapter.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.herald.tenant.Access;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Keys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Remembers what other keys answered, also that there is no such key, for {@link #REMEMBERED},
 * counted from before they were asked; so a revoked key works at most that much longer than they
 * say. An outage is not remembered.
 *
 * <p>The time is counted on two clocks, and the one that says more counts: a monotonic clock may
 * stand still while an environment is frozen or kept as a snapshot, and a wall clock may be set.
 */
public final class CaffeineKeys implements Keys {
    /** How long an answer is used again. */
    public static final Duration REMEMBERED = Duration.ofSeconds(3);

    private static final int MOST_REMEMBERED = 10_000;

    private final Keys keys;
    private final Clock clock;
    private final Ticker ticker;
    private final Cache<KeyHash, Answer> remembered;

    private record Answer(Optional<Access> access, long askedAt, Instant askedAtTime) {}

    /**
     * @param keys are asked for what is not remembered
     */
    public CaffeineKeys(Keys keys, Clock clock) {
        this(keys, clock, Ticker.systemTicker());
    }

    CaffeineKeys(Keys keys, Clock clock, Ticker ticker) {
        this.keys = keys;
        this.clock = clock;
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
        var answer = remembered.get(hash, this::ask);
        if (isOutdated(answer)) {
            remembered.asMap().remove(hash, answer);
            answer = remembered.get(hash, this::ask);
        }
        return answer.access();
    }

    private Answer ask(KeyHash hash) {
        long askedAt = ticker.read();
        var askedAtTime = clock.instant();
        return new Answer(keys.find(hash), askedAt, askedAtTime);
    }

    private Duration lifeOf(KeyHash hash, Answer answer) {
        var left = REMEMBERED.minusNanos(ticker.read() - answer.askedAt());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** By the wall clock, which is no guide either when the answer comes from the future. */
    private boolean isOutdated(Answer answer) {
        var age = Duration.between(answer.askedAtTime(), clock.instant());
        return age.isNegative() || age.compareTo(REMEMBERED) >= 0;
    }
}
