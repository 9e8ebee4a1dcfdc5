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
import java.util.stream.IntStream;
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
        var stored = store().templates().put(key, FULL);

        var template = new Template("order-shipped", 1, FULL, Store.START);
        assertThat(stored).isEqualTo(new Templates.Stored(template, Templates.Change.CREATED));
        assertThat(store().templates().newest(List.of(key))).isEqualTo(Map.of(key, template));
        var version = new TemplateVersion(tenant, "order-shipped", 1);
        assertThat(store().templates().find(List.of(version))).isEqualTo(Map.of(version, template));
    }

    @Test
    void channels_that_are_not_served_stay_absent() {
        var content = inbox("only");

        store().templates().put(key, content);

        assertThat(newest().content()).isEqualTo(content);
        assertThat(newest().content().email()).isNull();
    }

    @Test
    void a_change_makes_another_version_and_keeps_the_first() {
        store().templates().put(key, inbox("first"));
        store().clock().advance(Duration.ofHours(1));

        var stored = store().templates().put(key, inbox("second"));

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
        var first = store().templates().put(key, FULL);
        store().clock().advance(Duration.ofHours(1));

        assertThat(store().templates().put(key, FULL))
                .isEqualTo(new Templates.Stored(first.template(), Templates.Change.UNCHANGED));
        assertThat(newest().version()).isEqualTo(1);
    }

    @Test
    void only_the_newest_version_counts_as_the_same() {
        store().templates().put(key, inbox("one"));
        store().templates().put(key, inbox("two"));

        assertThat(store().templates().put(key, inbox("one")).template().version()).isEqualTo(3);
    }

    @Test
    void those_that_exist_are_found_each_with_its_own_tenant() {
        var other = new TemplateKey(Samples.tenant(), "order-shipped");
        store().templates().put(key, inbox("mine"));
        store().templates().put(other, inbox("other's"));
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

        assertThat(store().templates().put(key, content).template().content())
                .isEqualTo(inbox("ab"));
        assertThat(store().templates().put(key, content).change())
                .isEqualTo(Templates.Change.UNCHANGED);
    }

    @Test
    void concurrent_calls_make_one_version_each() throws Exception {
        int callers = 12;
        var tasks = new ArrayList<Callable<Templates.Stored>>();
        for (int i = 0; i < callers; i++) {
            var content = inbox("version of caller " + i);
            tasks.add(() -> store().templates().put(key, content));
        }
        var stored = new ArrayList<Templates.Stored>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(tasks)) {
                stored.add(result.get());
            }
        }

        assertThat(stored.stream().map(each -> each.template().version()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, callers).boxed().toList());
        assertThat(stored.stream().filter(each -> each.change() == Templates.Change.CREATED))
                .hasSize(1);
    }

    private Template newest() {
        return store().templates().newest(List.of(key)).values().iterator().next();
    }

    private static TemplateContent inbox(String title) {
        return new TemplateContent(
                null, null, new TemplateContent.Inbox(title, null), Set.of(), "marketing");
    }
}
