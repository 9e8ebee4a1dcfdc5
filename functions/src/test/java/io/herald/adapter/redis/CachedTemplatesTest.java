package io.herald.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.TenantId;
import io.herald.servers.SharedServers;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateSummary;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
        var first = put(store, content("one"));
        var version = new TemplateVersion(tenant, "order-shipped", 1);
        var missing = new TemplateVersion(tenant, "order-shipped", 9);

        assertThat(templates.find(List.of(version, missing)))
                .containsOnly(Map.entry(version, first));
        assertThat(templates.find(List.of(version))).containsOnly(Map.entry(version, first));

        assertThat(store.questions).containsExactly(List.of(version, missing));
    }

    @Test
    void another_environment_finds_a_version_in_redis() {
        var first = put(store, content("one"));
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
        put(templates, content("one"));
        assertThat(newestVersion(other)).isEqualTo(1);

        var second = put(templates, content("two"));

        assertThat(other.newest(List.of(key))).containsOnly(Map.entry(key, second));
        assertThat(store.questions).isEmpty();
    }

    @Test
    void a_slow_reader_cannot_make_an_older_one_the_newest_again() {
        put(store, content("one"));
        store.beforeAnswer =
                () -> {
                    store.beforeAnswer = () -> {};
                    put(templates, content("two"));
                };

        templates.newest(List.of(key));

        assertThat(newestVersion(templates)).isEqualTo(2);
    }

    @Test
    void a_template_comes_back_as_it_was() {
        var full = put(templates, content("one"));
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
                                        "marketing"),
                                Templates.NONE)
                        .orElseThrow()
                        .template();
        assertThat(templates.newest(List.of(bareKey))).containsOnly(Map.entry(bareKey, bare));
    }

    @Test
    void two_tenants_never_share_a_template() {
        put(templates, content("one"));
        var other = new TenantId(UUID.randomUUID());

        assertThat(templates.newest(List.of(new TemplateKey(other, "order-shipped")))).isEmpty();
        assertThat(templates.find(List.of(new TemplateVersion(other, "order-shipped", 1))))
                .isEmpty();
    }

    @Test
    void an_archived_one_is_gone_for_everybody_at_once_and_back_with_its_next_version() {
        var other = new CachedTemplates(store, redis);
        put(templates, content("one"));
        assertThat(newestVersion(other)).isEqualTo(1);

        assertThat(templates.archive(key, 1)).isTrue();
        assertThat(other.newest(List.of(key))).isEmpty();
        assertThat(store.questions).isEmpty();

        put(templates, content("one"));
        assertThat(newestVersion(other)).isEqualTo(3);
    }

    @Test
    void a_slow_reader_cannot_bring_an_archived_one_back() {
        put(store, content("one"));
        store.beforeAnswer =
                () -> {
                    store.beforeAnswer = () -> {};
                    templates.archive(key, 1);
                };

        templates.newest(List.of(key));

        assertThat(templates.newest(List.of(key))).isEmpty();
    }

    @Test
    void who_is_about_to_change_one_sees_what_is_stored() {
        put(templates, content("one"));
        put(store, content("two"));

        assertThat(newestVersion(templates)).isEqualTo(1);
        assertThat(templates.current(key).orElseThrow().version()).isEqualTo(2);
        assertThat(templates.put(key, content("three"), 1)).isEmpty();
        assertThat(newestVersion(templates)).isEqualTo(1);
    }

    @Test
    void one_that_is_too_large_to_be_kept_is_asked_for_each_time_and_no_older_one_is_found() {
        put(templates, content("small"));

        put(templates, content("x".repeat(RedisCache.MAX_BYTES)));

        assertThat(newestVersion(templates)).isEqualTo(2);
        assertThat(newestVersion(templates)).isEqualTo(2);
        assertThat(store.questions).hasSize(2);

        put(templates, content("small again"));
        store.questions.clear();
        assertThat(newestVersion(templates)).isEqualTo(3);
        assertThat(store.questions).isEmpty();
    }

    private Template put(Templates into, TemplateContent content) {
        int base = store.current(key).map(Template::version).orElse(Templates.NONE);
        return into.put(key, content, base).orElseThrow().template();
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
        private final Map<TemplateKey, TreeMap<Integer, Optional<Template>>> templates =
                new HashMap<>();
        private Runnable beforeAnswer = () -> {};

        @Override
        public Optional<Stored> put(TemplateKey key, TemplateContent content, int base) {
            if (current(key).map(Template::version).orElse(NONE) != base) {
                return Optional.empty();
            }
            var versions = templates.computeIfAbsent(key, _ -> new TreeMap<>());
            var template =
                    new Template(
                            key.key(),
                            versions.size() + 1,
                            content,
                            Instant.parse("2026-01-02T03:04:05Z"));
            versions.put(template.version(), Optional.of(template));
            return Optional.of(new Stored(template, Change.CREATED));
        }

        @Override
        public boolean archive(TemplateKey key, int base) {
            templates.getOrDefault(key, new TreeMap<>()).put(base + 1, Optional.empty());
            return true;
        }

        @Override
        public Optional<Template> current(TemplateKey key) {
            return Optional.ofNullable(templates.get(key))
                    .flatMap(versions -> versions.lastEntry().getValue());
        }

        @Override
        public Map<TemplateKey, Template> newest(Collection<TemplateKey> keys) {
            questions.add(List.copyOf(keys));
            var found = new HashMap<TemplateKey, Template>();
            for (var key : keys) {
                current(key).ifPresent(template -> found.put(key, template));
            }
            beforeAnswer.run();
            return found;
        }

        @Override
        public Map<TemplateVersion, Template> find(Collection<TemplateVersion> wanted) {
            questions.add(List.copyOf(wanted));
            var found = new HashMap<TemplateVersion, Template>();
            for (var version : wanted) {
                templates
                        .getOrDefault(
                                new TemplateKey(version.tenant(), version.key()), new TreeMap<>())
                        .getOrDefault(version.version(), Optional.empty())
                        .ifPresent(template -> found.put(version, template));
            }
            return found;
        }

        @Override
        public List<TemplateSummary> list(TenantId tenant, @Nullable String after, int limit) {
            throw new UnsupportedOperationException("lists are not cached");
        }

        @Override
        public List<TemplateSummary> versions(
                TemplateKey key, @Nullable Integer before, int limit) {
            throw new UnsupportedOperationException("lists are not cached");
        }

        @Override
        public List<String> namingCategory(TenantId tenant, String category, int limit) {
            throw new UnsupportedOperationException("lists are not cached");
        }
    }
}
