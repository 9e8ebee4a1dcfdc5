package io.herald.tenant;

import io.herald.notification.TenantId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a key gives access to.
 *
 * @param expiresAt the first instant at which the key no longer works, or null
 */
public record Access(TenantId tenant, Set<Scope> scopes, @Nullable Instant expiresAt) {
    public Access {
        scopes = Set.copyOf(scopes);
    }
}
