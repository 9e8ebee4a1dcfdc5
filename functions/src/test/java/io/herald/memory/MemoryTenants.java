package io.herald.memory;

import static java.util.Comparator.comparing;

import io.herald.notification.TenantId;
import io.herald.tenant.Tenant;
import io.herald.tenant.Tenants;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

record MemoryTenants(Map<String, Tenant> tenants) implements Tenants {

    @Override
    public boolean create(Tenant tenant) {
        return tenants.putIfAbsent(tenant.name(), tenant) == null;
    }

    @Override
    public List<Tenant> list() {
        return tenants.values().stream().sorted(comparing(Tenant::name)).toList();
    }

    @Override
    public Map<TenantId, String> webhookSecrets(Collection<TenantId> wanted) {
        var secrets = new HashMap<TenantId, String>();
        tenants.values().stream()
                .filter(tenant -> wanted.contains(tenant.id()))
                .forEach(tenant -> secrets.put(tenant.id(), tenant.webhookSecret()));
        return secrets;
    }
}
