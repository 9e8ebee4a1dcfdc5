package io.herald.adapter.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.limit.RateLimit;
import io.herald.limit.RateLimiter;
import io.herald.notification.TenantId;
import java.time.Duration;

/**
 * Buckets in Redis: one script and one round trip for each call. Time is Redis' own, so the clocks
 * of those who ask do not matter. What Redis has lost or let go is a full bucket. A call waits no
 * longer than one for the cache does.
 */
public final class RedisRateLimiter implements RateLimiter {

    // A bucket is how many tokens it held and when that was, in microseconds. A clock that was set
    // back neither fills it nor keeps it from filling. It lives until it is full, which is what a
    // bucket is that is not there.
    private static final byte[] TAKE =
            """
            local rate = tonumber(ARGV[1])
            local burst = tonumber(ARGV[2])
            local cost = tonumber(ARGV[3])
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local tokens = burst
            local bucket = redis.call('GET', KEYS[1])
            if bucket then
              local held, at = string.match(bucket, '^(%S+) (%d+)$')
              if held then
                local passed = math.max(0, now - tonumber(at))
                tokens = math.min(burst, tonumber(held) + passed * rate / 1000000)
              end
            end
            if tokens < cost then
              return {0, math.floor(tokens), math.ceil((cost - tokens) * 1000000 / rate)}
            end
            tokens = tokens - cost
            local untilFull = math.ceil((burst - tokens) * 1000000 / rate)
            redis.call('SET', KEYS[1], string.format('%.17g %.0f', tokens, now),
                'PX', math.ceil(untilFull / 1000))
            return {1, math.floor(tokens), untilFull}
            """
                    .getBytes(UTF_8);

    private final RedisCache redis;
    private final RateLimit limit;

    public RedisRateLimiter(RedisCache redis, RateLimit limit) {
        this.redis = redis;
        this.limit = limit;
    }

    @Override
    public Taking take(TenantId tenant, int cost) {
        if (cost < 1 || cost > limit.burst()) {
            throw new IllegalArgumentException("a cost of " + cost);
        }
        return redis.evaluate(TAKE, key(tenant), limit.perSecond(), limit.burst(), cost)
                .<Taking>map(answer -> {
                    var wait = Duration.ofNanos(answer.get(2) * 1_000);
                    return answer.get(0) == 1
                            ? new Taking.Allowed(answer.get(1), wait)
                            : new Taking.Refused(answer.get(1), wait);
                })
                .orElseGet(Taking.Unknown::new);
    }

    /** With a hash tag: in a cluster, what else may come to be kept of a tenant lies beside it. */
    static String key(TenantId tenant) {
        return "herald:rate:{" + tenant + "}";
    }
}
