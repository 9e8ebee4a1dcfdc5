package io.herald.adapter.redis;

import io.herald.notification.TenantId;
import io.herald.tenant.Access;
import io.herald.tenant.IssuedKey;
import io.herald.tenant.IssuedKeys;
import io.herald.tenant.KeyHash;
import io.herald.tenant.KeyId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes a key that is revoked out of Redis, and leaves a mark that keeps a reader, who had found it
 * in the store just before and is slow, from putting it back.
 */
public final class RevocationsInRedis implements IssuedKeys {
    // Far longer than a reader can be slow, one that was frozen on its way included.
    private static final Duration GRAVE = Duration.ofDays(1);

    // Nobody is in a hurry; and a process that has only just started is slow to connect.
    private static final int TRIES = 6;

    private final IssuedKeys store;
    private final ReadThrough<KeyHash, Access> cache;

    public RevocationsInRedis(IssuedKeys store, RedisCache redis) {
        this.store = store;
        this.cache = CachedKeys.family(redis);
    }

    @Override
    public void add(IssuedKey key) {
        store.add(key);
    }

    @Override
    public List<IssuedKey> list(TenantId tenant) {
        return store.list(tenant);
    }

    @Override
    public Optional<IssuedKey> revoke(TenantId tenant, KeyId id) {
        var revoked = store.revoke(tenant, id);
        revoked.ifPresent(key -> cache.deleted(key.hash(), CachedKeys.VERSION, GRAVE, TRIES));
        return revoked;
    }
}
