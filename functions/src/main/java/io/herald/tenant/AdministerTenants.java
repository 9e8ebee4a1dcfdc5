package io.herald.tenant;

import io.herald.notification.NotificationIds;
import io.herald.notification.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes tenants and keys. Not on the network: only who may invoke the function itself gets here.
 */
public final class AdministerTenants {

    private static final int SECRET_BYTES = 24;

    private final Tenants tenants;
    private final IssuedKeys keys;
    private final NotificationIds ids;
    private final RandomGenerator random;
    private final Clock clock;

    /** A tenant and the first key to it, which is shown this once. */
    public record Created(Tenant tenant, ApiKey key) {}

    /** A key that was just made, which is shown this once. */
    public record MadeKey(ApiKey key, IssuedKey issued) {}

    /**
     * @param random cryptographically strong, and seeded after a restore
     */
    public AdministerTenants(
            Tenants tenants,
            IssuedKeys keys,
            NotificationIds ids,
            RandomGenerator random,
            Clock clock) {
        this.tenants = tenants;
        this.keys = keys;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
    }

    /** 1 to 64 lower-case letters, digits and hyphens, the first no hyphen. */
    public static boolean isValidName(String name) {
        return name.matches("[a-z0-9][a-z0-9-]{0,63}");
    }

    /**
     * @param name a valid one
     * @return empty when the name is taken
     */
    public Optional<Created> create(String name) {
        var tenant = new Tenant(new TenantId(newId()), name, newSecret());
        if (!tenants.create(tenant)) {
            return Optional.empty();
        }
        return Optional.of(
                new Created(tenant, make(tenant, EnumSet.allOf(Scope.class), null).key()));
    }

    /**
     * Makes another key.
     *
     * @param expiresAt the first instant at which it no longer works; null when it never ends
     * @return empty when it would have expired already; nothing is made then
     */
    public Optional<MadeKey> addKey(Tenant tenant, Set<Scope> scopes, @Nullable Instant expiresAt) {
        return expiresAt == null || expiresAt.isAfter(clock.instant())
                ? Optional.of(make(tenant, scopes, expiresAt))
                : Optional.empty();
    }

    private MadeKey make(Tenant tenant, Set<Scope> scopes, @Nullable Instant expiresAt) {
        var key = ApiKey.make(random);
        // To the microsecond, so that it is listed as it was answered.
        var end = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS);
        var issued =
                new IssuedKey(
                        new KeyId(newId()),
                        key.hash(),
                        key.hint(),
                        new Access(tenant.id(), scopes, end),
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        null);
        keys.add(issued);
        return new MadeKey(key, issued);
    }

    /** The tenant's keys, the oldest first; also those that no longer work. */
    public List<IssuedKey> keys(Tenant tenant) {
        return keys.list(tenant.id());
    }

    /**
     * Revokes a key, which then works for ten seconds more at most.
     *
     * @return the key as it is now; empty when the tenant has no such key
     */
    public Optional<IssuedKey> revoke(Tenant tenant, KeyId id) {
        return keys.revoke(tenant.id(), id);
    }

    public List<Tenant> list() {
        return tenants.list();
    }

    public Optional<Tenant> find(String name) {
        return tenants.list().stream().filter(tenant -> tenant.name().equals(name)).findFirst();
    }

    private UUID newId() {
        return ids.consecutive(1).getFirst().value();
    }

    /** Standard Webhooks: 24 to 64 random bytes in base64 behind {@code whsec_}. */
    private String newSecret() {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }
}
