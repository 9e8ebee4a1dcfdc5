package io.herald.tenant;

import io.herald.notification.TenantId;
import java.util.List;
import java.util.Optional;

/** The keys of tenants, for the administration function. */
public interface IssuedKeys {

    /** Adds a key to a tenant that exists. */
    void add(IssuedKey key);

    /** A tenant's keys, the oldest first; also those that no longer work. */
    List<IssuedKey> list(TenantId tenant);

    /**
     * Revokes a key, for good; one that was revoked before stays as it is.
     *
     * @return the key as it is now; empty when the tenant has no such key
     */
    Optional<IssuedKey> revoke(TenantId tenant, KeyId id);
}
