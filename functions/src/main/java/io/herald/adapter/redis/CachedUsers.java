package io.herald.adapter.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.audience.PushProvider;
import io.herald.audience.PushToken;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Users, with Redis in front. A write is seen by every reader when it returns, as long as Redis
 * could be reached: a reader that had read the older version meanwhile cannot put it back. When
 * Redis was out of reach for the writer and not for a reader, that reader may see the older version
 * for at most {@link #TIME_TO_LIVE}. A user that does not exist is looked up each time, and so is
 * every list.
 */
public final class CachedUsers implements Users {

    /** How long a user is kept without being read from the store again. */
    public static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    private final Users store;
    private final ReadThrough<UserKey, User> cache;

    public CachedUsers(Users store, RedisCache redis) {
        this.store = store;
        this.cache = new ReadThrough<>(redis, new UserFormat(), TIME_TO_LIVE);
    }

    @Override
    public Stored put(UserKey key, UserDetails details) {
        var stored = store.put(key, details);
        cache.written(key, stored.user());
        return stored;
    }

    @Override
    public Optional<User> putIfUnchanged(UserKey key, UserDetails details, long seen) {
        var stored = store.putIfUnchanged(key, details, seen);
        stored.ifPresent(user -> cache.written(key, user));
        return stored;
    }

    @Override
    public boolean delete(UserKey key, long seen) {
        boolean deleted = store.delete(key, seen);
        if (deleted) {
            cache.deleted(key, seen);
        }
        return deleted;
    }

    @Override
    public Map<UserKey, User> find(Collection<UserKey> keys) {
        return cache.find(keys, store::find);
    }

    @Override
    public Optional<User> newest(UserKey key) {
        return store.newest(key);
    }

    @Override
    public List<User> list(TenantId tenant, @Nullable UserId after, int limit) {
        return store.list(tenant, after, limit);
    }

    @Override
    public List<User> withEmail(TenantId tenant, String email, @Nullable UserId after, int limit) {
        return store.withEmail(tenant, email, after, limit);
    }

    private static final class UserFormat implements ReadThrough.Format<UserKey, User> {
        @Override
        public String key(UserKey key) {
            return "herald:user:" + key.tenant() + ":" + key.user();
        }

        @Override
        public long version(User user) {
            return user.version();
        }

        @Override
        public JsonNode write(User user) {
            var details = user.details();
            var json = JsonNodeFactory.instance.objectNode();
            json.put("id", user.id().value());
            json.put("email", details.email());
            json.put("phone", details.phone());
            json.put("webhookUrl", details.webhookUrl());
            var tokens = json.putArray("pushTokens");
            for (var token : details.pushTokens()) {
                tokens.addObject()
                        .put("provider", token.provider().name())
                        .put("token", token.token());
            }
            json.put("locale", details.locale());
            json.put("timezone", details.timezone());
            json.set("attributes", details.attributes());
            json.put("version", user.version());
            json.put("createdAt", microseconds(user.createdAt()));
            json.put("updatedAt", microseconds(user.updatedAt()));
            return json;
        }

        @Override
        public User read(JsonNode json) {
            var tokens = new ArrayList<PushToken>();
            for (var token : json.required("pushTokens")) {
                tokens.add(
                        new PushToken(
                                PushProvider.valueOf(token.required("provider").textValue()),
                                token.required("token").textValue()));
            }
            return new User(
                    new UserId(json.required("id").textValue()),
                    new UserDetails(
                            textOrNull(json, "email"),
                            textOrNull(json, "phone"),
                            textOrNull(json, "webhookUrl"),
                            tokens,
                            textOrNull(json, "locale"),
                            textOrNull(json, "timezone"),
                            (ObjectNode) json.required("attributes")),
                    json.required("version").longValue(),
                    time(json.required("createdAt")),
                    time(json.required("updatedAt")));
        }

        // As numbers: to read times as texts took a third of the time that a batch's users take.
        private static long microseconds(Instant time) {
            return ChronoUnit.MICROS.between(Instant.EPOCH, time);
        }

        private static Instant time(JsonNode microseconds) {
            if (!microseconds.isIntegralNumber()) {
                throw new IllegalArgumentException("not a time");
            }
            return Instant.EPOCH.plus(microseconds.longValue(), ChronoUnit.MICROS);
        }

        private static @Nullable String textOrNull(JsonNode json, String field) {
            return json.required(field).textValue();
        }
    }
}
