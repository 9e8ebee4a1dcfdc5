package io.herald.memory;

import io.herald.notification.TenantId;
import io.herald.tenant.Access;
import io.herald.tenant.IssuedKey;
import io.herald.tenant.IssuedKeys;
import io.herald.tenant.KeyHash;
import io.herald.tenant.KeyId;
import io.herald.tenant.Keys;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * @param keys in the order they were made
 */
record MemoryKeys(Clock clock, Map<KeyHash, IssuedKey> keys) implements Keys, IssuedKeys {

    @Override
    public Optional<Access> find(KeyHash hash) {
        return Optional.ofNullable(keys.get(hash))
                .filter(key -> key.revokedAt() == null)
                .map(IssuedKey::access);
    }

    @Override
    public void add(IssuedKey key) {
        keys.put(key.hash(), key);
    }

    @Override
    public List<IssuedKey> list(TenantId tenant) {
        return keys.values().stream().filter(key -> key.access().tenant().equals(tenant)).toList();
    }

    @Override
    public Optional<IssuedKey> revoke(TenantId tenant, KeyId id) {
        var found = list(tenant).stream().filter(key -> key.id().equals(id)).findFirst();
        found.filter(key -> key.revokedAt() == null)
                .ifPresent(key ->
                        keys.put(
                                key.hash(),
                                new IssuedKey(
                                        key.id(),
                                        key.hash(),
                                        key.hint(),
                                        key.access(),
                                        key.createdAt(),
                                        MemoryState.micros(clock.instant()))));
        return found.map(key -> keys.getOrDefault(key.hash(), key));
    }
}
