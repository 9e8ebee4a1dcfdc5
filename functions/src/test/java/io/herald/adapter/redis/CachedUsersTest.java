package io.herald.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.audience.PushProvider;
import io.herald.audience.PushToken;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.contract.Samples;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.servers.SharedServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CachedUsersTest {

    private final URI redis = URI.create(SharedServers.get().redis().uri());
    private final RedisCache cache = PatientCache.at(redis);
    private final StoredUsers store = new StoredUsers();
    private final CachedUsers users = new CachedUsers(store, cache);
    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final UserKey ada = key("ada");
    private final UserKey grace = key("grace");

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void what_was_written_is_found_without_the_store() {
        var stored = users.put(ada, details("ada@example.com"));

        assertThat(users.contactPoints(List.of(ada)))
                .containsOnly(Map.entry(ada, stored.user().contactPoints()));
        assertThat(store.questions).isEmpty();
    }

    @Test
    void what_the_cache_lacks_is_asked_for_at_once_and_only_that() {
        users.put(ada, details("ada@example.com"));
        store.put(grace, details("grace@example.com"));

        var found = users.contactPoints(List.of(ada, grace, key("nobody")));

        assertThat(found).containsOnlyKeys(ada, grace);
        assertThat(store.questions).containsExactly(List.of(grace, key("nobody")));
    }

    @Test
    void what_was_read_is_found_the_next_time_and_what_is_not_there_is_asked_for_again() {
        store.put(ada, details("ada@example.com"));
        users.contactPoints(List.of(ada, grace));
        store.questions.clear();

        assertThat(users.contactPoints(List.of(ada, grace))).containsOnlyKeys(ada);
        assertThat(store.questions).containsExactly(List.of(grace));
    }

    @Test
    void they_come_back_as_they_were() {
        var all = users.put(ada, details("ada@example.com")).user().contactPoints();
        assertThat(users.contactPoints(Set.of(ada)).get(ada)).isEqualTo(all);

        var none = users.put(grace, Samples.userWith(null)).user().contactPoints();
        assertThat(users.contactPoints(Set.of(grace)).get(grace)).isEqualTo(none);
        assertThat(store.questions).isEmpty();
    }

    @Test
    void nothing_is_kept_of_a_user_but_where_it_is_reached() {
        users.put(ada, details("ada@example.com"));
        try (var client = RedisClient.create(redis.toString());
                var connection = client.connect()) {
            assertThat(connection.sync().get("herald:user:" + tenant + ":ada"))
                    .isEqualTo(
                            "1 {\"email\":\"ada@example.com\","
                                    + "\"webhookUrl\":\"https://example.com/hook\",\"version\":1}");
        }
    }

    @Test
    void two_tenants_never_share_a_user() {
        users.put(ada, details("ada@example.com"));
        var other = new UserKey(new TenantId(UUID.randomUUID()), ada.user());

        assertThat(users.contactPoints(List.of(other))).isEmpty();
    }

    @Test
    void a_slow_reader_cannot_put_an_older_version_back() {
        store.put(ada, details("old@example.com"));
        var reader = new CachedUsers(store, cache);
        // The reader has read version 1; before it can keep it, version 2 is written.
        store.holdAnswers(() -> {
            store.holdAnswers(() -> {});
            users.put(ada, details("new@example.com"));
        });

        reader.contactPoints(List.of(ada));

        assertThat(emailOf(ada)).isEqualTo("new@example.com");
    }

    @Test
    void a_deleted_user_is_found_no_more_and_can_be_made_anew() {
        var user = users.put(ada, details("ada@example.com")).user();

        assertThat(users.delete(ada, user.version())).isTrue();
        assertThat(users.contactPoints(List.of(ada))).isEmpty();

        users.put(ada, details("again@example.com"));
        store.questions.clear();
        assertThat(emailOf(ada)).isEqualTo("again@example.com");
        assertThat(store.questions).isEmpty();
    }

    @Test
    void a_slow_reader_cannot_put_a_deleted_user_back() {
        var user = store.put(ada, details("ada@example.com")).user();
        var reader = new CachedUsers(store, cache);
        store.holdAnswers(() -> {
            store.holdAnswers(() -> {});
            users.delete(ada, user.version());
        });

        assertThat(reader.contactPoints(List.of(ada))).containsOnlyKeys(ada);

        assertThat(users.contactPoints(List.of(ada))).isEmpty();
    }

    @Test
    void a_delete_that_came_too_late_changes_nothing() {
        var seen = users.put(ada, details("ada@example.com")).user();
        users.put(ada, details("new@example.com"));

        assertThat(users.delete(ada, seen.version())).isFalse();

        store.questions.clear();
        assertThat(emailOf(ada)).isEqualTo("new@example.com");
        assertThat(store.questions).isEmpty();
    }

    @Test
    void what_depends_on_a_version_is_seen_by_every_reader_and_goes_past_the_cache() {
        var seen = users.put(ada, details("ada@example.com")).user();
        // Behind the cache's back, as if Redis had been out of reach for the writer.
        var newer = store.put(ada, details("newer@example.com")).user();

        assertThat(users.newest(ada)).contains(newer);
        assertThat(users.putIfUnchanged(ada, details("no"), seen.version())).isEmpty();
        assertThat(users.putIfUnchanged(ada, details("newest@example.com"), newer.version()))
                .isPresent();
        assertThat(emailOf(ada)).isEqualTo("newest@example.com");
    }

    @Test
    void writers_and_readers_at_the_same_time_leave_the_newest() throws Exception {
        var reader = new CachedUsers(store, cache);
        var keys = IntStream.range(0, 200).mapToObj(i -> key("user-" + i)).toList();
        keys.forEach(key -> store.put(key, details("old@example.com")));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Object>>();
            for (var key : keys) {
                tasks.add(() -> reader.contactPoints(List.of(key)));
                tasks.add(() -> users.put(key, details("new@example.com")));
                tasks.add(() -> reader.contactPoints(List.of(key)));
                tasks.add(() -> users.put(key, details("newer@example.com")));
            }
            for (var task : threads.invokeAll(tasks)) {
                task.get();
            }
        }
        var newest = store.contactPoints(keys);
        store.questions.clear();

        assertThat(users.contactPoints(keys)).isEqualTo(newest);
        assertThat(store.questions).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "1",
                "1 ",
                "1 {",
                "1 {}",
                "1 []",
                "1 null",
                "1 {\"email\":\"ada@example.com\"}",
                "99999 not json",
                "x {\"email\":\"ada@example.com\"}"
            })
    void a_value_that_cannot_be_read_is_replaced(String value) {
        var points = store.put(ada, details("ada@example.com")).user().contactPoints();
        var name = "herald:user:" + tenant + ":ada";
        try (var client = RedisClient.create(redis.toString());
                var connection = client.connect()) {
            connection.sync().set(name, value);

            assertThat(users.contactPoints(List.of(ada)).get(ada)).isEqualTo(points);
            assertThat(connection.sync().get(name)).startsWith("1 {\"email\":\"ada@example.com\"");
        }
        store.questions.clear();
        assertThat(users.contactPoints(List.of(ada)).get(ada)).isEqualTo(points);
        assertThat(store.questions).isEmpty();
    }

    @Test
    void every_key_ends_by_itself() {
        users.put(ada, details("ada@example.com"));
        try (var client = RedisClient.create(redis.toString());
                var connection = client.connect()) {
            assertThat(connection.sync().ttl("herald:user:" + tenant + ":ada"))
                    .isBetween(590L, 600L);
        }
    }

    @Test
    void works_when_redis_has_forgotten_its_scripts() {
        users.put(ada, details("first@example.com"));
        onRedis(RedisCommands::scriptFlush);

        users.put(ada, details("second@example.com"));

        assertThat(emailOf(ada)).isEqualTo("second@example.com");
        assertThat(store.questions).isEmpty();
    }

    @Test
    void what_is_of_another_type_under_a_key_is_asked_for_and_replaced() {
        users.put(ada, details("ada@example.com"));
        users.put(grace, details("grace@example.com"));
        onRedis(commands -> commands.del(redisKey(ada)));
        onRedis(commands -> commands.rpush(redisKey(ada), "a", "list"));

        assertThat(users.contactPoints(List.of(ada, grace))).containsOnlyKeys(ada, grace);
        assertThat(store.questions).containsExactly(List.of(ada));
        assertThat(users.contactPoints(List.of(ada, grace))).containsOnlyKeys(ada, grace);
        assertThat(store.questions).hasSize(1);
    }

    @Test
    void many_are_found_in_helpings_and_none_is_missed() {
        var many = IntStream.range(0, 1_000).mapToObj(i -> key("user-" + i)).toList();
        many.forEach(user -> store.put(user, details(user.user() + "@example.com")));

        assertThat(users.contactPoints(many)).containsOnlyKeys(many);
        store.questions.clear();
        var found = users.contactPoints(many);

        assertThat(store.questions).isEmpty();
        assertThat(found).hasSize(1_000);
        found.forEach((user, there) -> assertThat(there.email()).startsWith(user.user() + "@"));
    }

    private <T> T onRedis(Function<RedisCommands<String, String>, T> question) {
        try (var client = RedisClient.create(redis.toString());
                var connection = client.connect()) {
            return question.apply(connection.sync());
        }
    }

    private static String redisKey(UserKey key) {
        return "herald:user:" + key.tenant() + ":" + key.user();
    }

    private String emailOf(UserKey key) {
        return String.valueOf(users.contactPoints(List.of(key)).values().iterator().next().email());
    }

    private UserKey key(String user) {
        return new UserKey(tenant, new UserId(user));
    }

    static UserDetails details(String email) {
        return new UserDetails(
                email,
                "+43512507",
                "https://example.com/hook",
                List.of(
                        new PushToken(PushProvider.APNS, "ab".repeat(32)),
                        new PushToken(PushProvider.FCM, "c:d-e_f")),
                "de-DE",
                "Europe/Berlin",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", "Größe")
                        .put("score", new BigDecimal("1.10")));
    }
}
