package io.herald.adapter.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.audience.ContactPoints;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Users, with Redis in front of their contact points, which every message asks for. A write is seen
 * by every reader when it returns, as long as Redis could be reached: a reader that had read the
 * older version meanwhile cannot put it back. When Redis was out of reach for the writer and not
 * for a reader, that reader may see the older version for at most {@link #TIME_TO_LIVE}. A user
 * that does not exist is looked up each time, and so is all else that is known of one.
 */
public final class CachedUsers implements Users {

    /** How long contact points are kept without being read from the store again. */
    public static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    private final Users store;
    private final ReadThrough<UserKey, ContactPoints> cache;

    public CachedUsers(Users store, RedisCache redis) {
        this.store = store;
        this.cache = new ReadThrough<>(redis, new ContactPointsFormat(), TIME_TO_LIVE);
    }

    @Override
    public Stored put(UserKey key, UserDetails details) {
        var stored = store.put(key, details);
        cache.written(key, stored.user().contactPoints());
        return stored;
    }

    @Override
    public Optional<User> putIfUnchanged(UserKey key, UserDetails details, long seen) {
        var stored = store.putIfUnchanged(key, details, seen);
        stored.ifPresent(user -> cache.written(key, user.contactPoints()));
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
    public Map<UserKey, ContactPoints> contactPoints(Collection<UserKey> keys) {
        return cache.find(keys, store::contactPoints);
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

    private static final class ContactPointsFormat
            implements ReadThrough.Format<UserKey, ContactPoints> {
        @Override
        public String key(UserKey key) {
            return "herald:user:" + key.tenant() + ":" + key.user();
        }

        @Override
        public long version(ContactPoints points) {
            return points.version();
        }

        @Override
        public JsonNode write(ContactPoints points) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("email", points.email())
                    .put("webhookUrl", points.webhookUrl())
                    .put("version", points.version());
        }

        @Override
        public ContactPoints read(JsonNode json) {
            return new ContactPoints(
                    textOrNull(json, "email"),
                    textOrNull(json, "webhookUrl"),
                    json.required("version").longValue());
        }

        private static @Nullable String textOrNull(JsonNode json, String field) {
            return json.required(field).textValue();
        }
    }
}
