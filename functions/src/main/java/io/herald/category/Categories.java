package io.herald.category;

import io.herald.notification.TenantId;
import java.util.Optional;

/** The categories of all tenants. */
public interface Categories {

    /**
     * How many a tenant may have of its own. They are few by nature, and are read all together:
     * which of them a message needs is not known before its template is.
     */
    int MAX_OWN = 100;

    /** What a {@link #put} left behind. */
    record Stored(CategorySet categories, boolean created) {}

    /** The built-in ones and the tenant's own, in one round trip. */
    CategorySet of(TenantId tenant);

    /**
     * Makes or replaces a category that is not built in.
     *
     * @return empty when the tenant has as many as it may have
     */
    Optional<Stored> put(TenantId tenant, Category category);

    /**
     * @return those that are left; empty when the tenant has no such category of its own
     */
    Optional<CategorySet> delete(TenantId tenant, String key);
}
