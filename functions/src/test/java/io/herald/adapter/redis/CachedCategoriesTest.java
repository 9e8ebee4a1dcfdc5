package io.herald.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.category.CategorySet;
import io.herald.notification.Guarantee;
import io.herald.notification.TenantId;
import io.herald.servers.SharedServers;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CachedCategoriesTest {
    private static final Category ALARM =
            new Category("alarm", Guarantee.AT_MOST_ONCE, true, false);
    private static final Category NEWS = new Category("news", Guarantee.AT_LEAST_ONCE, false, true);

    private final RedisCache redis = PatientCache.at(URI.create(SharedServers.get().redis().uri()));
    private final StoredCategories store = new StoredCategories();
    private final CachedCategories categories = new CachedCategories(store, redis);
    private final TenantId tenant = new TenantId(UUID.randomUUID());

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void that_a_tenant_has_none_of_its_own_is_asked_once() {
        assertThat(categories.of(tenant).all())
                .containsExactlyInAnyOrderElementsOf(Category.BUILT_IN);
        categories.of(tenant);
        new CachedCategories(store, redis).of(tenant);

        assertThat(store.questions).isEqualTo(1);
    }

    @Test
    void a_change_is_seen_by_everybody_when_it_is_made() {
        var other = new CachedCategories(store, redis);
        assertThat(other.of(tenant).own()).isEmpty();

        categories.put(tenant, ALARM);
        categories.put(tenant, NEWS);
        assertThat(other.of(tenant).own()).isEqualTo(Map.of("alarm", ALARM, "news", NEWS));

        categories.delete(tenant, "alarm");
        assertThat(other.of(tenant).own()).isEqualTo(Map.of("news", NEWS));
        assertThat(store.questions).isEqualTo(1);
    }

    @Test
    void a_slow_reader_cannot_undo_a_change() {
        store.beforeAnswer =
                () -> {
                    store.beforeAnswer = () -> {};
                    categories.put(tenant, ALARM);
                };

        categories.of(tenant);

        assertThat(categories.of(tenant).own()).containsOnlyKeys("alarm");
    }

    @Test
    void two_tenants_never_share_a_category() {
        categories.put(tenant, ALARM);

        assertThat(categories.of(new TenantId(UUID.randomUUID())).own()).isEmpty();
    }

    /** A store in memory that counts what it was asked. */
    private static final class StoredCategories implements Categories {
        private final Map<TenantId, CategorySet> sets = new HashMap<>();
        private int questions;
        private Runnable beforeAnswer = () -> {};

        @Override
        public CategorySet of(TenantId tenant) {
            questions++;
            var found = current(tenant);
            beforeAnswer.run();
            return found;
        }

        @Override
        public Optional<Stored> put(TenantId tenant, Category category) {
            var own = new HashMap<>(current(tenant).own());
            boolean created = own.put(category.key(), category) == null;
            return Optional.of(new Stored(changed(tenant, own), created));
        }

        @Override
        public Optional<CategorySet> delete(TenantId tenant, String key) {
            var own = new HashMap<>(current(tenant).own());
            return own.remove(key) == null ? Optional.empty() : Optional.of(changed(tenant, own));
        }

        private CategorySet current(TenantId tenant) {
            return sets.getOrDefault(tenant, new CategorySet(0, Map.of()));
        }

        private CategorySet changed(TenantId tenant, Map<String, Category> own) {
            var changed = new CategorySet(current(tenant).revision() + 1, own);
            sets.put(tenant, changed);
            return changed;
        }
    }
}
