package io.herald.category;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every {@link Categories} keeps to. */
public abstract class CategoriesContract {
    private static final Category ALARM =
            new Category("alarm", Guarantee.AT_MOST_ONCE, true, false);

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void everyone_has_the_built_in_ones() {
        var categories = store().categories().of(tenant);

        assertThat(categories.all())
                .containsExactly(Category.MARKETING, Category.SECURITY, Category.TRANSACTIONAL);
        assertThat(categories.revision()).isZero();
        assertThat(categories.find("security")).contains(Category.SECURITY);
        assertThat(Category.SECURITY.laneOf(Channel.EMAIL)).isEqualTo(Lane.URGENT);
        assertThat(Category.MARKETING.laneOf(Channel.EMAIL)).isEqualTo(Lane.EMAIL);
    }

    @Test
    void one_comes_back_as_it_was_put() {
        var stored = store().categories().put(tenant, ALARM);

        assertThat(stored).isPresent();
        assertThat(stored.get().created()).isTrue();
        assertThat(stored.get().categories()).isEqualTo(store().categories().of(tenant));
        assertThat(store().categories().of(tenant).find("alarm")).contains(ALARM);
        assertThat(store().categories().of(tenant).all()).first().isEqualTo(ALARM);
    }

    @Test
    void the_next_put_replaces_it() {
        store().categories().put(tenant, ALARM);
        var other = new Category("alarm", Guarantee.AT_LEAST_ONCE, false, true);

        var stored = store().categories().put(tenant, other);

        assertThat(stored.orElseThrow().created()).isFalse();
        assertThat(store().categories().of(tenant).own().values()).containsExactly(other);
    }

    @Test
    void every_change_has_a_revision_of_its_own() {
        long first = store().categories().put(tenant, ALARM).orElseThrow().categories().revision();
        var left = store().categories().delete(tenant, "alarm").orElseThrow();
        long last = store().categories().put(tenant, ALARM).orElseThrow().categories().revision();

        assertThat(left.own()).isEmpty();
        assertThat(first).isPositive().isLessThan(left.revision());
        assertThat(last).isGreaterThan(left.revision());
    }

    @Test
    void what_is_not_there_cannot_be_deleted() {
        assertThat(store().categories().delete(tenant, "alarm")).isEmpty();

        store().categories().put(tenant, ALARM);
        assertThat(store().categories().delete(tenant, "alarm")).isPresent();
        assertThat(store().categories().delete(tenant, "alarm")).isEmpty();
    }

    @Test
    void another_tenants_are_not_seen_and_not_deleted() {
        var other = Samples.tenant();
        store().categories().put(other, ALARM);

        assertThat(store().categories().of(tenant).own()).isEmpty();
        assertThat(store().categories().delete(tenant, "alarm")).isEmpty();
        assertThat(store().categories().of(other).own()).containsOnlyKeys("alarm");
    }

    @Test
    void there_is_an_end_to_how_many_a_tenant_has_also_when_they_are_made_at_once()
            throws Exception {
        var tasks = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < Categories.MAX_OWN + 10; i++) {
            var category = new Category("c" + i, Guarantee.AT_LEAST_ONCE, false, false);
            tasks.add(() -> store().categories().put(tenant, category).isPresent());
        }
        var stored = new ArrayList<Boolean>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var result : threads.invokeAll(tasks)) {
                stored.add(result.get());
            }
        }

        var there = List.copyOf(store().categories().of(tenant).own().values());
        assertThat(stored.stream().filter(each -> each)).hasSize(Categories.MAX_OWN);
        assertThat(there).hasSize(Categories.MAX_OWN);
        var known = there.getFirst();
        assertThat(store().categories().put(tenant, known).orElseThrow().created()).isFalse();
    }
}
