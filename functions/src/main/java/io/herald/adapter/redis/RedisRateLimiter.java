package io.herald.adapter.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.adapter.redis.RedisConnection.Answer;
import io.herald.limit.RateLimit;
import io.herald.limit.RateLimiter;
import io.herald.notification.TenantId;
import io.lettuce.core.ScriptOutputType;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Buckets in Redis: one script and one round trip for each call. Time is Redis' own, so the clocks
 * of those who ask do not matter. What Redis has lost or let go is a full bucket, and so is what
 * nobody can read. Has a connection of its own, so that what is slow for the cache is not an outage
 * here; while Redis is out of reach, one call a second waits to find out.
 */
public final class RedisRateLimiter implements RateLimiter, AutoCloseable {

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
            local bucket = redis.pcall('GET', KEYS[1])
            if type(bucket) == 'string' then
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

    private final RedisConnection redis;
    private final RateLimit limit;

    /**
     * @param address as {@code redis://} or {@code rediss://} with user, password, host and port
     * @param nanoTime a monotonic clock
     */
    public RedisRateLimiter(URI address, LongSupplier nanoTime, RateLimit limit) {
        this(new RedisConnection(address, nanoTime), limit);
    }

    RedisRateLimiter(RedisConnection redis, RateLimit limit) {
        this.redis = redis;
        this.limit = limit;
    }

    @Override
    public Taking take(TenantId tenant, int cost) {
        if (cost < 1 || cost > limit.burst()) {
            throw new IllegalArgumentException("a cost of " + cost);
        }
        var arguments = numbers(limit.perSecond(), limit.burst(), cost);
        var answer =
                redis.<List<Long>>ask(commands ->
                        RedisConnection.evaluate(
                                commands, TAKE, ScriptOutputType.MULTI, key(tenant), arguments));
        return switch (answer) {
            case Answer.Given(var numbers) -> {
                var wait = Duration.ofNanos(numbers.get(2) * 1_000);
                yield numbers.get(0) == 1
                        ? new Taking.Allowed(numbers.get(1), wait)
                        : new Taking.Refused(numbers.get(1), wait);
            }
            case Answer.Refused<List<Long>> _, Answer.Missing<List<Long>> _ -> new Taking.Unknown();
        };
    }

    private static byte[][] numbers(long... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> String.valueOf(number).getBytes(US_ASCII))
                .toArray(byte[][]::new);
    }

    @Override
    public void close() {
        redis.close();
    }

    /** With a hash tag: in a cluster, what else may come to be kept of a tenant lies beside it. */
    static String key(TenantId tenant) {
        return "herald:rate:{" + tenant + "}";
    }
}
