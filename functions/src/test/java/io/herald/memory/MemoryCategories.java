package io.herald.memory;

import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.category.CategorySet;
import io.herald.notification.TenantId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * @param revisions how often each tenant's have changed
 */
record MemoryCategories(
        Map<TenantId, Map<String, Category>> categories, Map<TenantId, Long> revisions)
        implements Categories {

    @Override
    public CategorySet of(TenantId tenant) {
        return CategorySet.of(revisions.getOrDefault(tenant, 0L), own(tenant).values());
    }

    @Override
    public Optional<Stored> put(TenantId tenant, Category category) {
        var own = own(tenant);
        if (own.size() == MAX_OWN && !own.containsKey(category.key())) {
            return Optional.empty();
        }
        categories.putIfAbsent(tenant, own);
        boolean created = own.put(category.key(), category) == null;
        revisions.merge(tenant, 1L, Long::sum);
        return Optional.of(new Stored(of(tenant), created));
    }

    @Override
    public Optional<CategorySet> delete(TenantId tenant, String key) {
        if (own(tenant).remove(key) == null) {
            return Optional.empty();
        }
        revisions.merge(tenant, 1L, Long::sum);
        return Optional.of(of(tenant));
    }

    private Map<String, Category> own(TenantId tenant) {
        return categories.getOrDefault(tenant, new TreeMap<>());
    }
}
