package io.herald.adapter.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.limit.RateLimit;
import io.herald.limit.RateLimiter.Taking;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.servers.RedisServer;
import io.herald.servers.ServerBinaries;
import io.herald.servers.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RedisOutageTest {

    private static final Duration RECOVERY = Duration.ofSeconds(10);

    private final StoredUsers store = new StoredUsers();
    private final UserKey ada = new UserKey(new TenantId(UUID.randomUUID()), new UserId("ada"));
    private final RedisServer server;
    private final RedisCache cache;
    private final CachedUsers users;
    private final RedisRateLimiter limiter;

    RedisOutageTest(@TempDir Path folder) {
        server =
                RedisServer.start(
                        new RedisServer.Options(
                                folder, ServerBinaries.in(SharedServers.binaries())));
        cache = new RedisCache(URI.create(server.uri()), System::nanoTime);
        users = new CachedUsers(store, cache);
        limiter =
                new RedisRateLimiter(
                        URI.create(server.uri()),
                        System::nanoTime,
                        new RateLimit(1, 1_000, RateLimit.WithoutCount.CLOSED));
    }

    @BeforeEach
    void warmUp() {
        store.put(ada, CachedUsersTest.details("ada@example.com"));
        awaitServedByRedis();
    }

    @AfterEach
    void stop() {
        limiter.close();
        cache.close();
        server.close();
    }

    @Test
    void while_redis_is_stopped_everything_is_found_and_nobody_waits() {
        server.stop();

        assertThat(slowestOf(50)).isLessThan(Duration.ofSeconds(1));
        assertThat(timeOf(20)).isLessThan(Duration.ofSeconds(2));

        server.restart();
        awaitServedByRedis();
    }

    @Test
    void while_redis_is_frozen_one_call_a_second_waits_and_no_other() {
        server.pause();

        long start = System.nanoTime();
        int calls = 300;
        assertThat(slowestOf(calls)).isLessThan(Duration.ofSeconds(1));
        // Were each call to wait, this would take 45 s.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));

        server.resume();
        awaitServedByRedis();
    }

    @Test
    void a_write_while_redis_is_away_is_stored_and_soon_returns() {
        server.pause();
        long start = System.nanoTime();

        users.put(ada, CachedUsersTest.details("new@example.com"));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        assertThat(emailIn(store)).isEqualTo("new@example.com");
        server.resume();
    }

    @Test
    void a_write_right_after_redis_came_back_reaches_it() {
        server.stop();
        users.contactPoints(List.of(ada));
        server.restart();

        // Readers may still be pausing; the writer asks all the same.
        users.put(ada, CachedUsersTest.details("new@example.com"));

        store.questions.clear();
        assertThat(emailIn(users)).isEqualTo("new@example.com");
        assertThat(store.questions).isEmpty();
    }

    @Test
    void a_redis_that_was_never_there_is_done_without() {
        server.stop();
        try (var other = new RedisCache(URI.create(server.uri()), System::nanoTime)) {
            var without = new CachedUsers(store, other);

            assertThat(without.contactPoints(List.of(ada))).containsOnlyKeys(ada);

            server.restart();
            await(() -> {
                without.contactPoints(List.of(ada));
                store.questions.clear();
                without.contactPoints(List.of(ada));
                return store.questions.isEmpty();
            });
        }
    }

    @Test
    void nobody_knows_what_may_be_taken_while_redis_is_away_and_nobody_waits_to_hear_it() {
        await(() -> limiter.take(ada.tenant(), 1) instanceof Taking.Allowed);
        server.pause();

        long start = System.nanoTime();
        for (int i = 0; i < 300; i++) {
            assertThat(limiter.take(ada.tenant(), 1)).isInstanceOf(Taking.Unknown.class);
        }
        // Were each call to wait, this would take 45 s.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));

        server.resume();
        await(() -> limiter.take(ada.tenant(), 1) instanceof Taking.Allowed);
        server.stop();
        assertThat(limiter.take(ada.tenant(), 1)).isInstanceOf(Taking.Unknown.class);
    }

    @Test
    void the_limit_is_still_counted_while_the_cache_pauses() {
        await(() -> limiter.take(ada.tenant(), 1) instanceof Taking.Allowed);
        // Its clock stands still, so its pause never ends.
        try (var pausing = new RedisCache(URI.create(server.uri()), () -> 0)) {
            var without = new CachedUsers(store, pausing);
            without.contactPoints(List.of(ada));
            server.pause();
            without.contactPoints(List.of(ada));
            server.resume();

            await(() -> limiter.take(ada.tenant(), 1) instanceof Taking.Allowed);

            store.questions.clear();
            without.contactPoints(List.of(ada));
            assertThat(store.questions).as("the cache pauses").hasSize(1);
        }
    }

    @Test
    void a_redis_that_is_full_goes_on_serving_what_it_has_and_keeps_nothing_older() {
        var grace = new UserKey(ada.tenant(), new UserId("grace"));
        store.put(grace, CachedUsersTest.details("grace@example.com"));
        asAdministrator("CONFIG", "SET", "maxmemory-policy", "noeviction");
        asAdministrator("CONFIG", "SET", "maxmemory", "1");
        store.questions.clear();

        // Cannot be kept, again and again, and that holds up no other.
        for (int i = 0; i < 20; i++) {
            assertThat(users.contactPoints(List.of(grace))).containsOnlyKeys(grace);
            assertThat(users.contactPoints(List.of(ada))).containsOnlyKeys(ada);
        }
        assertThat(store.questions).hasSize(20).containsOnly(List.of(grace));

        users.put(ada, CachedUsersTest.details("new@example.com"));
        assertThat(emailIn(users)).isEqualTo("new@example.com");
        assertThat(limiter.take(ada.tenant(), 1)).isInstanceOf(Taking.Unknown.class);

        asAdministrator("CONFIG", "SET", "maxmemory", "256mb");
        assertThat(limiter.take(ada.tenant(), 1)).as("at once").isInstanceOf(Taking.Allowed.class);
        awaitServedByRedis();
    }

    @Test
    void a_connection_to_a_redis_that_is_only_a_copy_is_left_for_another() {
        asAdministrator("REPLICAOF", "127.0.0.1", "1");

        users.put(ada, CachedUsersTest.details("new@example.com"));
        store.questions.clear();
        users.contactPoints(List.of(ada));
        assertThat(store.questions).as("no reader sees what the copy holds").hasSize(1);

        asAdministrator("REPLICAOF", "NO", "ONE");
        users.put(ada, CachedUsersTest.details("newer@example.com"));
        awaitServedByRedis();
        assertThat(emailIn(users)).isEqualTo("newer@example.com");
    }

    /** In Redis's inline protocol. */
    private void asAdministrator(String... words) {
        var uri = URI.create(server.uri());
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream()
                    .write((String.join(" ", words) + "\r\nQUIT\r\n").getBytes(US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer).startsWith("+OK");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable String emailIn(Users where) {
        return where.contactPoints(List.of(ada)).values().iterator().next().email();
    }

    private Duration slowestOf(int calls) {
        var slowest = Duration.ZERO;
        for (int i = 0; i < calls; i++) {
            var took = timeOf(1);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
        return slowest;
    }

    private Duration timeOf(int calls) {
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            assertThat(users.contactPoints(List.of(ada))).containsOnlyKeys(ada);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void awaitServedByRedis() {
        await(() -> {
            users.contactPoints(List.of(ada));
            store.questions.clear();
            users.contactPoints(List.of(ada));
            return store.questions.isEmpty();
        });
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + RECOVERY.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time to recover").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
