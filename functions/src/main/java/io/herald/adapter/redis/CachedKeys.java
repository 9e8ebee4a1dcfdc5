package io.herald.adapter.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.notification.TenantId;
import io.herald.tenant.Access;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Keys;
import io.herald.tenant.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * API keys, with Redis in front. When Redis was out of reach for the one who revoked a key and not
 * for a reader, the key may still be found for {@link #TIME_TO_LIVE}, counted from before the store
 * was asked; else {@link RevocationsInRedis} has seen to it that it is not. Its hash stands in for
 * the tenant in its name in Redis: it is by the hash that the tenant is found. A key that does not
 * exist is looked up each time.
 */
public final class CachedKeys implements Keys {

    /** How long a key is kept without being read from the store again. */
    public static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);

    /** What a key gives access to never changes; it is revoked and another one made. */
    static final long VERSION = 1;

    private final Keys store;
    private final ReadThrough<KeyHash, Access> cache;

    public CachedKeys(Keys store, RedisCache redis) {
        this.store = store;
        this.cache = family(redis);
    }

    /** The keys in Redis; those who read them and those who revoke them mean the same. */
    static ReadThrough<KeyHash, Access> family(RedisCache redis) {
        return new ReadThrough<>(redis, new AccessFormat(), TIME_TO_LIVE);
    }

    @Override
    public Optional<Access> find(KeyHash hash) {
        return Optional.ofNullable(
                cache.find(
                                List.of(hash),
                                _ ->
                                        store.find(hash)
                                                .map(access -> Map.of(hash, access))
                                                .orElseGet(Map::of))
                        .get(hash));
    }

    private static final class AccessFormat implements ReadThrough.Format<KeyHash, Access> {
        @Override
        public String key(KeyHash hash) {
            return "herald:key:" + hash.hex();
        }

        @Override
        public long version(Access access) {
            return VERSION;
        }

        @Override
        public JsonNode write(Access access) {
            var json = JsonNodeFactory.instance.objectNode();
            json.put("tenant", access.tenant().toString());
            var scopes = json.putArray("scopes");
            access.scopes().forEach(scope -> scopes.add(scope.name()));
            json.put(
                    "expiresAt", access.expiresAt() == null ? null : access.expiresAt().toString());
            return json;
        }

        @Override
        public Access read(JsonNode json) {
            var scopes = EnumSet.noneOf(Scope.class);
            json.required("scopes").forEach(scope -> scopes.add(Scope.valueOf(scope.textValue())));
            var expiresAt = json.required("expiresAt").textValue();
            return new Access(
                    new TenantId(UUID.fromString(json.required("tenant").textValue())),
                    scopes,
                    expiresAt == null ? null : Instant.parse(expiresAt));
        }
    }
}
