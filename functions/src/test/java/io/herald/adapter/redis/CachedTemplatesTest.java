package io.herald.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.TenantId;
import io.herald.servers.SharedServers;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CachedTemplatesTest {

    private final RedisCache redis = PatientCache.at(URI.create(SharedServers.get().redis().uri()));
    private final StoredTemplates store = new StoredTemplates();
    private final CachedTemplates templates = new CachedTemplates(store, redis);
    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final TemplateKey key = new TemplateKey(tenant, "order-shipped");

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void a_version_is_read_once_and_kept_in_memory() {
        var first = store.put(key, content("one")).template();
        var version = new TemplateVersion(tenant, "order-shipped", 1);
        var missing = new TemplateVersion(tenant, "order-shipped", 9);

        assertThat(templates.find(List.of(version, missing)))
                .containsOnly(Map.entry(version, first));
        assertThat(templates.find(List.of(version))).containsOnly(Map.entry(version, first));

        assertThat(store.questions).containsExactly(List.of(version, missing));
    }

    @Test
    void another_environment_finds_a_version_in_redis() {
        var first = store.put(key, content("one")).template();
        var version = new TemplateVersion(tenant, "order-shipped", 1);
        templates.find(List.of(version));
        store.questions.clear();

        var other = new CachedTemplates(store, redis);

        assertThat(other.find(List.of(version))).containsOnly(Map.entry(version, first));
        assertThat(store.questions).isEmpty();
    }

    @Test
    void the_newest_is_the_newest_for_everybody_once_it_is_written() {
        var other = new CachedTemplates(store, redis);
        templates.put(key, content("one"));
        assertThat(newestVersion(other)).isEqualTo(1);

        var second = templates.put(key, content("two")).template();

        assertThat(other.newest(List.of(key))).containsOnly(Map.entry(key, second));
        assertThat(store.questions).isEmpty();
    }

    @Test
    void a_slow_reader_cannot_make_an_older_one_the_newest_again() {
        store.put(key, content("one"));
        store.beforeAnswer =
                () -> {
                    store.beforeAnswer = () -> {};
                    templates.put(key, content("two"));
                };

        templates.newest(List.of(key));

        assertThat(newestVersion(templates)).isEqualTo(2);
    }

    @Test
    void a_template_comes_back_as_it_was() {
        var full = templates.put(key, content("one")).template();
        assertThat(templates.newest(List.of(key))).containsOnly(Map.entry(key, full));

        var bareKey = new TemplateKey(tenant, "bare");
        var bare =
                templates
                        .put(
                                bareKey,
                                new TemplateContent(
                                        null,
                                        null,
                                        new TemplateContent.Inbox("title", null),
                                        Set.of(),
                                        "marketing"))
                        .template();
        assertThat(templates.newest(List.of(bareKey))).containsOnly(Map.entry(bareKey, bare));
    }

    @Test
    void two_tenants_never_share_a_template() {
        templates.put(key, content("one"));
        var other = new TenantId(UUID.randomUUID());

        assertThat(templates.newest(List.of(new TemplateKey(other, "order-shipped")))).isEmpty();
        assertThat(templates.find(List.of(new TemplateVersion(other, "order-shipped", 1))))
                .isEmpty();
    }

    private int newestVersion(Templates among) {
        return among.newest(List.of(key)).values().iterator().next().version();
    }

    private static TemplateContent content(String text) {
        return new TemplateContent(
                new TemplateContent.Email("Größe {{a}}", text, "<p>" + text + "</p>"),
                new TemplateContent.Webhook("order.shipped", null),
                new TemplateContent.Inbox("title", "body"),
                Set.of("a", "b"),
                "transactional");
    }

    /** A store of templates in memory that remembers what it was asked for. */
    private static final class StoredTemplates implements Templates {
        private final List<Collection<?>> questions = new ArrayList<>();
        private final Map<TemplateKey, TreeMap<Integer, Template>> templates = new HashMap<>();
        private Runnable beforeAnswer = () -> {};

        @Override
        public Stored put(TemplateKey key, TemplateContent content) {
            var versions = templates.computeIfAbsent(key, _ -> new TreeMap<>());
            var template =
                    new Template(
                            key.key(),
                            versions.size() + 1,
                            content,
                            Instant.parse("2026-01-02T03:04:05Z"));
            versions.put(template.version(), template);
            return new Stored(template, Change.CREATED);
        }

        @Override
        public Map<TemplateKey, Template> newest(Collection<TemplateKey> keys) {
            questions.add(List.copyOf(keys));
            var found = new HashMap<TemplateKey, Template>();
            for (var key : keys) {
                var versions = templates.get(key);
                if (versions != null) {
                    found.put(key, versions.lastEntry().getValue());
                }
            }
            beforeAnswer.run();
            return found;
        }

        @Override
        public Map<TemplateVersion, Template> find(Collection<TemplateVersion> wanted) {
            questions.add(List.copyOf(wanted));
            var found = new HashMap<TemplateVersion, Template>();
            for (var version : wanted) {
                var template =
                        templates
                                .getOrDefault(
                                        new TemplateKey(version.tenant(), version.key()),
                                        new TreeMap<>())
                                .get(version.version());
                if (template != null) {
                    found.put(version, template);
                }
            }
            return found;
        }
    }
}
