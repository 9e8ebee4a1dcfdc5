package io.herald.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.limit.RateLimit;
import io.herald.limit.RateLimiter.Taking;
import io.herald.notification.TenantId;
import io.herald.servers.SharedServers;
import io.lettuce.core.RedisClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RedisRateLimiterTest {

    private final URI address = URI.create(SharedServers.get().redis().uri());
    private final RedisConnection redis = PatientCache.connection(address, System::nanoTime);
    private final TenantId tenant = new TenantId(UUID.randomUUID());

    /** Of those that come while a connection is made, only one waits for it. */
    @BeforeEach
    void connect() {
        assertThat(limiter(1, 1_000).take(new TenantId(UUID.randomUUID()), 1))
                .isInstanceOf(Taking.Allowed.class);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void a_new_bucket_is_full() {
        var taking = limiter(1, 1_000).take(tenant, 400);

        assertThat(taking).isEqualTo(new Taking.Allowed(600, Duration.ofSeconds(400)));
    }

    @Test
    void what_costs_more_than_is_left_takes_nothing_and_says_when_to_come_again() {
        var limiter = limiter(1, 1_000);
        limiter.take(tenant, 600);

        var refused = limiter.take(tenant, 500);

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Taking.Refused.class,
                        refusal -> {
                            assertThat(refusal.remaining()).isBetween(400L, 401L);
                            assertThat(refusal.retryAfter())
                                    .isBetween(Duration.ofSeconds(98), Duration.ofSeconds(100));
                        });
        assertThat(limiter.take(tenant, 400)).isInstanceOf(Taking.Allowed.class);
    }

    @Test
    void a_whole_bucket_can_be_taken_at_once_and_no_more() {
        var limiter = limiter(1, 1_000);

        assertThat(limiter.take(tenant, 1_000))
                .isEqualTo(new Taking.Allowed(0, Duration.ofSeconds(1_000)));
        assertThat(limiter.take(tenant, 1)).isInstanceOf(Taking.Refused.class);
        assertThatThrownBy(() -> limiter.take(tenant, 1_001))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> limiter.take(tenant, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void who_waits_as_long_as_was_said_is_served() {
        var limiter = limiter(1_000, 1_000);
        limiter.take(tenant, 1_000);
        assertThat(limiter.take(tenant, 300))
                .isInstanceOfSatisfying(
                        Taking.Refused.class,
                        refusal -> LockSupport.parkNanos(refusal.retryAfter().toNanos()));

        assertThat(limiter.take(tenant, 300)).isInstanceOf(Taking.Allowed.class);
    }

    @Test
    void many_at_once_never_get_more_than_the_bucket_and_what_came_back_meanwhile()
            throws Exception {
        int perSecond = 500;
        int burst = 1_000;
        var limiter = limiter(perSecond, burst);
        long start = System.nanoTime();

        int taken =
                inParallel(
                        32,
                        taker -> {
                            int cost = 1 + taker % 7;
                            int sum = 0;
                            for (int i = 0; i < 300; i++) {
                                sum +=
                                        limiter.take(tenant, cost) instanceof Taking.Allowed
                                                ? cost
                                                : 0;
                            }
                            return sum;
                        });

        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(taken).isBetween(burst - 7, (int) (burst + perSecond * seconds));
    }

    @Test
    void many_at_once_get_all_of_a_bucket_that_hardly_fills() throws Exception {
        var limiter = limiter(1, 1_000);

        int allowed =
                inParallel(
                        32,
                        _ -> {
                            int count = 0;
                            for (int i = 0; i < 50; i++) {
                                count += limiter.take(tenant, 1) instanceof Taking.Allowed ? 1 : 0;
                            }
                            return count;
                        });

        // Of 1,600 takers; the bucket gets back one each second.
        assertThat(allowed).isBetween(1_000, 1_030);
    }

    @Test
    void a_high_rate_loses_no_fractions() {
        var limiter = limiter(10_000_000, 2_000_000_000);

        assertThat(limiter.take(tenant, 1)).isEqualTo(allowed(1_999_999_999, 1));
        assertThat(limiter.take(tenant, 1_000_000_000))
                .isInstanceOfSatisfying(
                        Taking.Allowed.class,
                        taking -> assertThat(taking.remaining()).isGreaterThan(999_999_998));
    }

    @Test
    void no_two_tenants_share_a_bucket() {
        var limiter = limiter(1, 1_000);
        limiter.take(tenant, 1_000);

        assertThat(limiter.take(new TenantId(UUID.randomUUID()), 1_000))
                .isInstanceOf(Taking.Allowed.class);
    }

    @Test
    void a_bucket_is_kept_until_it_is_full() {
        limiter(100, 1_000).take(tenant, 500);

        long left = onRedis(commands -> commands.pttl(RedisRateLimiter.key(tenant)));
        assertThat(left).isBetween(3_000L, 5_000L);
    }

    @Test
    void a_clock_of_redis_that_was_set_back_neither_fills_a_bucket_nor_stops_it() {
        var limiter = limiter(1_000, 1_000);
        long inAnHour = (System.currentTimeMillis() + 3_600_000) * 1_000;
        onRedis(commands -> commands.set(RedisRateLimiter.key(tenant), "5 " + inAnHour));

        assertThat(limiter.take(tenant, 5)).isEqualTo(allowed(0, 1_000_000));
        assertThat(limiter.take(tenant, 1_000)).isInstanceOf(Taking.Refused.class);
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        assertThat(limiter.take(tenant, 50)).isInstanceOf(Taking.Allowed.class);
    }

    @Test
    void a_bucket_that_nobody_can_read_is_a_full_one() {
        onRedis(commands -> commands.set(RedisRateLimiter.key(tenant), "nonsense"));

        assertThat(limiter(1, 1_000).take(tenant, 1_000)).isInstanceOf(Taking.Allowed.class);
    }

    @Test
    void so_is_one_that_is_no_bucket_at_all() {
        onRedis(commands -> commands.rpush(RedisRateLimiter.key(tenant), "a", "list"));

        assertThat(limiter(1, 1_000).take(tenant, 1_000)).isInstanceOf(Taking.Allowed.class);
        assertThat(limiter(1, 1_000).take(tenant, 1_000)).isInstanceOf(Taking.Refused.class);
    }

    @Test
    void a_lower_limit_counts_at_once() {
        limiter(1, 2_000).take(tenant, 100);

        assertThat(limiter(1, 1_000).take(tenant, 1_000)).isInstanceOf(Taking.Allowed.class);
        assertThat(limiter(1, 1_000).take(tenant, 1)).isInstanceOf(Taking.Refused.class);
    }

    @Test
    void a_redis_that_has_forgotten_the_script_is_told_it_again() {
        var limiter = limiter(1, 1_000);
        limiter.take(tenant, 1);
        onRedis(commands -> commands.scriptFlush());

        assertThat(limiter.take(tenant, 1)).isInstanceOf(Taking.Allowed.class);
    }

    private RedisRateLimiter limiter(int perSecond, int burst) {
        return new RedisRateLimiter(
                redis, new RateLimit(perSecond, burst, RateLimit.WithoutCount.OPEN));
    }

    private static Taking allowed(long remaining, long untilFullMicros) {
        return new Taking.Allowed(remaining, Duration.ofNanos(untilFullMicros * 1_000));
    }

    private <T> T onRedis(
            Function<io.lettuce.core.api.sync.RedisCommands<String, String>, T> question) {
        try (var client = RedisClient.create(address.toString());
                var connection = client.connect()) {
            return question.apply(connection.sync());
        }
    }

    private static int inParallel(int threads, Function<Integer, Integer> work)
            throws InterruptedException, ExecutionException {
        var results = new ArrayList<Future<Integer>>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                int index = i;
                results.add(executor.submit(() -> work.apply(index)));
            }
        }
        int sum = 0;
        for (var result : results) {
            sum += result.get();
        }
        return sum;
    }
}
