package io.herald.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every {@link Templates} keeps to. */
public abstract class TemplatesContract {
    private static final TemplateContent FULL =
            new TemplateContent(
                    new TemplateContent.Email(
                            "Hello {{name}}", Samples.ODD_TEXT, "<b>{{name}}</b>"),
                    new TemplateContent.Webhook("order.shipped", null),
                    new TemplateContent.Inbox("Title", "Body"),
                    Set.of("name", "order", "a", "b", "c", "d"),
                    "transactional");

    private final TenantId tenant = Samples.tenant();
    private final TemplateKey key = new TemplateKey(tenant, "order-shipped");

    protected abstract Store store();

    @Test
    void the_first_version_comes_back_as_it_was_put() {
        var stored = put(key, FULL);

        var template = new Template("order-shipped", 1, FULL, Store.START);
        assertThat(stored).isEqualTo(new Templates.Stored(template, Templates.Change.CREATED));
        assertThat(store().templates().newest(List.of(key))).isEqualTo(Map.of(key, template));
        var version = new TemplateVersion(tenant, "order-shipped", 1);
        assertThat(store().templates().find(List.of(version))).isEqualTo(Map.of(version, template));
    }

    @Test
    void channels_that_are_not_served_stay_absent() {
        var content = inbox("only");

        put(key, content);

        assertThat(newest().content()).isEqualTo(content);
        assertThat(newest().content().email()).isNull();
    }

    @Test
    void a_change_makes_another_version_and_keeps_the_first() {
        put(key, inbox("first"));
        store().clock().advance(Duration.ofHours(1));

        var stored = put(key, inbox("second"));

        assertThat(stored.change()).isEqualTo(Templates.Change.CHANGED);
        assertThat(stored.template().version()).isEqualTo(2);
        assertThat(stored.template().createdAt()).isEqualTo(Store.START.plus(Duration.ofHours(1)));
        assertThat(newest()).isEqualTo(stored.template());
        var first = new TemplateVersion(tenant, "order-shipped", 1);
        assertThat(store().templates().find(List.of(first)).values())
                .extracting(Template::content)
                .containsExactly(inbox("first"));
    }

    @Test
    void the_same_again_makes_nothing() {
        var first = put(key, FULL);
        store().clock().advance(Duration.ofHours(1));

        assertThat(put(key, FULL))
                .isEqualTo(new Templates.Stored(first.template(), Templates.Change.UNCHANGED));
        assertThat(newest().version()).isEqualTo(1);
    }

    @Test
    void only_the_newest_version_counts_as_the_same() {
        put(key, inbox("one"));
        put(key, inbox("two"));

        assertThat(put(key, inbox("one")).template().version()).isEqualTo(3);
    }

    @Test
    void those_that_exist_are_found_each_with_its_own_tenant() {
        var other = new TemplateKey(Samples.tenant(), "order-shipped");
        put(key, inbox("mine"));
        put(other, inbox("other's"));
        var unknown = new TemplateKey(tenant, "unknown");

        assertThat(store().templates().newest(List.of(key, other, unknown)))
                .containsOnlyKeys(key, other);
        var version = new TemplateVersion(tenant, "order-shipped", 1);
        var later = new TemplateVersion(tenant, "order-shipped", 2);
        assertThat(store().templates().find(List.of(version, later))).containsOnlyKeys(version);
        assertThat(store().templates().newest(List.of())).isEmpty();
        assertThat(store().templates().find(List.of())).isEmpty();
    }

    @Test
    void a_nul_character_is_left_out() {
        var content = inbox("a\0b");

        assertThat(put(key, content).template().content()).isEqualTo(inbox("ab"));
        assertThat(put(key, content).change()).isEqualTo(Templates.Change.UNCHANGED);
    }

    @Test
    void nothing_is_made_upon_another_version_than_the_newest() {
        put(key, inbox("one"));

        assertThat(store().templates().put(key, inbox("two"), Templates.NONE)).isEmpty();
        assertThat(store().templates().put(key, inbox("one"), Templates.NONE)).isEmpty();
        assertThat(store().templates().put(key, inbox("two"), 2)).isEmpty();
        assertThat(store().templates().archive(key, 2)).isFalse();

        assertThat(newest().version()).isEqualTo(1);
        assertThat(newest().content()).isEqualTo(inbox("one"));
    }

    @Test
    void of_concurrent_calls_upon_one_version_one_wins() throws Exception {
        for (int base = 0; base < 3; base++) {
            int callers = 12;
            var tasks = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < callers; i++) {
                int upon = base;
                var content = inbox("version of caller " + base + " " + i);
                boolean same = i % 2 == 0;
                tasks.add(() ->
                        store().templates()
                                .put(key, same ? inbox("the same " + upon) : content, upon)
                                .isPresent());
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                int won = 0;
                for (var result : threads.invokeAll(tasks)) {
                    won += result.get() ? 1 : 0;
                }
                assertThat(won).isEqualTo(1);
            }
            assertThat(newest().version()).isEqualTo(base + 1);
        }
    }

    @Test
    void an_archived_one_is_gone_but_for_its_versions() {
        put(key, inbox("one"));
        put(key, inbox("two"));

        assertThat(store().templates().archive(key, 2)).isTrue();

        assertThat(store().templates().newest(List.of(key))).isEmpty();
        assertThat(store().templates().current(key)).isEmpty();
        assertThat(store().templates().list(tenant, null, 10)).isEmpty();
        assertThat(store().templates().archive(key, 2)).isFalse();
        assertThat(store().templates().archive(key, 3)).isFalse();
        assertThat(versions(key)).containsExactly(2, 1);
        var second = new TemplateVersion(tenant, "order-shipped", 2);
        var none = new TemplateVersion(tenant, "order-shipped", 3);
        assertThat(store().templates().find(List.of(second, none))).containsOnlyKeys(second);
    }

    @Test
    void an_archived_one_is_taken_up_again_with_a_version_of_its_own() {
        put(key, inbox("one"));
        store().templates().archive(key, 1);

        var stored = store().templates().put(key, inbox("one"), Templates.NONE).orElseThrow();

        assertThat(stored.change()).isEqualTo(Templates.Change.CREATED);
        assertThat(stored.template().version()).isEqualTo(3);
        assertThat(newest()).isEqualTo(stored.template());
        assertThat(versions(key)).containsExactly(3, 1);
    }

    @Test
    void they_are_listed_by_key_each_with_its_newest_version() {
        for (var name : List.of("b", "a", "d", "c.1", "c")) {
            put(new TemplateKey(tenant, name), inbox(name));
        }
        put(new TemplateKey(tenant, "b"), FULL);
        put(new TemplateKey(Samples.tenant(), "e"), inbox("other's"));
        store().templates().archive(new TemplateKey(tenant, "d"), 1);

        var all = store().templates().list(tenant, null, 10);

        assertThat(all).extracting(TemplateSummary::key).containsExactly("a", "b", "c", "c.1");
        assertThat(all.get(1))
                .isEqualTo(
                        new TemplateSummary(
                                "b",
                                2,
                                FULL.channels(),
                                FULL.requiredVariables(),
                                FULL.category(),
                                Store.START));
        assertThat(store().templates().list(tenant, null, 2)).isEqualTo(all.subList(0, 2));
        assertThat(store().templates().list(tenant, "b", 2)).isEqualTo(all.subList(2, 4));
        assertThat(store().templates().list(tenant, "c.1", 2)).isEmpty();
    }

    @Test
    void versions_are_listed_the_newest_first() {
        put(key, inbox("one"));
        put(key, FULL);
        put(key, inbox("three"));

        var all = store().templates().versions(key, null, 10);

        assertThat(all).extracting(TemplateSummary::version).containsExactly(3, 2, 1);
        assertThat(all.get(1).channels()).isEqualTo(FULL.channels());
        assertThat(store().templates().versions(key, null, 2)).isEqualTo(all.subList(0, 2));
        assertThat(store().templates().versions(key, 2, 2)).isEqualTo(all.subList(2, 3));
        assertThat(store().templates().versions(new TemplateKey(tenant, "x"), null, 2)).isEmpty();
    }

    @Test
    void only_newest_versions_name_a_category() {
        put(key, FULL);
        put(new TemplateKey(tenant, "before"), FULL);
        put(new TemplateKey(tenant, "before"), inbox("now"));
        put(new TemplateKey(tenant, "gone"), FULL);
        store().templates().archive(new TemplateKey(tenant, "gone"), 1);
        put(new TemplateKey(Samples.tenant(), "theirs"), FULL);

        assertThat(store().templates().namingCategory(tenant, "transactional", 10))
                .containsExactly("order-shipped");
        assertThat(store().templates().namingCategory(tenant, "none", 10)).isEmpty();
        assertThat(store().templates().namingCategory(tenant, "transactional", 0)).isEmpty();
    }

    private Templates.Stored put(TemplateKey wanted, TemplateContent content) {
        int base =
                store().templates().current(wanted).map(Template::version).orElse(Templates.NONE);
        return store().templates().put(wanted, content, base).orElseThrow();
    }

    private List<Integer> versions(TemplateKey wanted) {
        return store().templates().versions(wanted, null, 10).stream()
                .map(TemplateSummary::version)
                .toList();
    }

    private Template newest() {
        return store().templates().newest(List.of(key)).values().iterator().next();
    }

    private static TemplateContent inbox(String title) {
        return new TemplateContent(
                null, null, new TemplateContent.Inbox(title, null), Set.of(), "marketing");
    }
}
