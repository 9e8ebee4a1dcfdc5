package io.herald.tenant;

import io.herald.notification.TenantId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The tenants, for the administration function and for signing. */
public interface Tenants {

    /**
     * @return false when the name is taken; nothing is stored then
     */
    boolean create(Tenant tenant);

    /** By name. */
    List<Tenant> list();

    /**
     * @return the secret of each that exists, in one round trip
     */
    Map<TenantId, String> webhookSecrets(Collection<TenantId> tenants);
}
