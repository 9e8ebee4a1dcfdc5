package io.herald.tenant;

import io.herald.notification.NotificationIds;
import io.herald.notification.TenantId;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes tenants and keys. Not on the network: only who may invoke the function itself gets here.
 */
public final class AdministerTenants {

    private static final int SECRET_BYTES = 24;

    private final Tenants tenants;
    private final NotificationIds ids;
    private final RandomGenerator random;

    /** A tenant and the first key to it, which is shown this once. */
    public record Created(Tenant tenant, ApiKey key) {}

    /**
     * @param random cryptographically strong, and seeded after a restore
     */
    public AdministerTenants(Tenants tenants, NotificationIds ids, RandomGenerator random) {
        this.tenants = tenants;
        this.ids = ids;
        this.random = random;
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
        var tenant =
                new Tenant(new TenantId(ids.consecutive(1).getFirst().value()), name, newSecret());
        if (!tenants.create(tenant)) {
            return Optional.empty();
        }
        return Optional.of(new Created(tenant, addKey(tenant)));
    }

    /** Makes another key, with every scope, that does not expire. */
    public ApiKey addKey(Tenant tenant) {
        var key = ApiKey.make(random);
        tenants.addKey(
                key.hash(), new Access(tenant.id(), EnumSet.allOf(Scope.class), null), key.hint());
        return key;
    }

    public List<Tenant> list() {
        return tenants.list();
    }

    public Optional<Tenant> find(String name) {
        return tenants.list().stream().filter(tenant -> tenant.name().equals(name)).findFirst();
    }

    /** Standard Webhooks: 24 to 64 random bytes in base64 behind {@code whsec_}. */
    private String newSecret() {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }
}
