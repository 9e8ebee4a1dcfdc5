package io.herald.adapter.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.category.CategorySet;
import io.herald.notification.Guarantee;
import io.herald.notification.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Categories, with Redis in front; that a tenant has none of its own is kept as well. A change is
 * seen by every reader when it returns, as long as Redis could be reached; when it was out of reach
 * for the writer and not for a reader, within {@link #TIME_TO_LIVE}.
 */
public final class CachedCategories implements Categories {

    /** How long a tenant's categories are kept without being read from the store again. */
    public static final Duration TIME_TO_LIVE = Duration.ofMinutes(1);

    private final Categories store;
    private final ReadThrough<TenantId, CategorySet> cache;

    public CachedCategories(Categories store, RedisCache redis) {
        this.store = store;
        this.cache = new ReadThrough<>(redis, new SetFormat(), TIME_TO_LIVE);
    }

    @Override
    public CategorySet of(TenantId tenant) {
        var found = cache.find(List.of(tenant), _ -> Map.of(tenant, store.of(tenant))).get(tenant);
        if (found == null) {
            throw new IllegalStateException("every tenant has categories");
        }
        return found;
    }

    @Override
    public Optional<Stored> put(TenantId tenant, Category category) {
        var stored = store.put(tenant, category);
        stored.ifPresent(there -> cache.written(tenant, there.categories()));
        return stored;
    }

    @Override
    public Optional<CategorySet> delete(TenantId tenant, String key) {
        var left = store.delete(tenant, key);
        left.ifPresent(categories -> cache.written(tenant, categories));
        return left;
    }

    private static final class SetFormat implements ReadThrough.Format<TenantId, CategorySet> {
        @Override
        public String key(TenantId tenant) {
            return "herald:categories:" + tenant;
        }

        /** Versions begin at 1, and revisions at 0. */
        @Override
        public long version(CategorySet categories) {
            return categories.revision() + 1;
        }

        @Override
        public JsonNode write(CategorySet categories) {
            var json = JsonNodeFactory.instance.objectNode();
            json.put("revision", categories.revision());
            var own = json.putArray("own");
            for (var category : categories.own().values()) {
                own.addObject()
                        .put("key", category.key())
                        .put("guarantee", category.guarantee().code())
                        .put("urgent", category.urgent())
                        .put("optOut", category.optOut());
            }
            return json;
        }

        @Override
        public CategorySet read(JsonNode json) {
            var own = new ArrayList<Category>();
            for (var category : json.required("own")) {
                own.add(
                        new Category(
                                category.required("key").textValue(),
                                Guarantee.ofCode(category.required("guarantee").shortValue()),
                                category.required("urgent").booleanValue(),
                                category.required("optOut").booleanValue()));
            }
            return CategorySet.of(json.required("revision").longValue(), own);
        }
    }
}
