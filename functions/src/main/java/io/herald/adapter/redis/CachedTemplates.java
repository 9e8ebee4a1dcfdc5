package io.herald.adapter.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.herald.notification.TenantId;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateSummary;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Templates, with Redis in front. A version never changes, so it is kept in memory too. Which one
 * is the newest is seen by every reader when a change returns, as long as Redis could be reached;
 * when it was out of reach for the writer and not for a reader, within {@link
 * #NEWEST_TIME_TO_LIVE}.
 */
public final class CachedTemplates implements Templates {

    /** How long the newest version is kept without being read from the store again. */
    public static final Duration NEWEST_TIME_TO_LIVE = Duration.ofMinutes(1);

    private static final Duration VERSION_TIME_TO_LIVE = Duration.ofHours(1);

    // In characters; a template is mostly its texts.
    private static final long MEMORY = 16_000_000;

    /**
     * The newest version of a template.
     *
     * @param template null when it was archived by this version
     */
    private record Newest(int version, @Nullable Template template) {
        static Newest of(Template template) {
            return new Newest(template.version(), template);
        }
    }

    private final Templates store;
    private final ReadThrough<TemplateKey, Newest> newest;
    private final ReadThrough<TemplateVersion, Template> versions;
    private final Cache<TemplateVersion, Template> memory =
            Caffeine.newBuilder()
                    .maximumWeight(MEMORY)
                    .weigher((TemplateVersion _, Template template) -> lengthOf(template))
                    .build();

    public CachedTemplates(Templates store, RedisCache redis) {
        this.store = store;
        this.newest = new ReadThrough<>(redis, new NewestFormat(), NEWEST_TIME_TO_LIVE);
        this.versions = new ReadThrough<>(redis, new VersionFormat(), VERSION_TIME_TO_LIVE);
    }

    @Override
    public Optional<Stored> put(TemplateKey key, TemplateContent content, int base) {
        var stored = store.put(key, content, base);
        stored.ifPresent(there -> newest.written(key, Newest.of(there.template())));
        return stored;
    }

    @Override
    public boolean archive(TemplateKey key, int base) {
        boolean archived = store.archive(key, base);
        if (archived) {
            newest.written(key, new Newest(base + 1, null));
        }
        return archived;
    }

    @Override
    public Optional<Template> current(TemplateKey key) {
        return store.current(key);
    }

    @Override
    public Map<TemplateKey, Template> newest(Collection<TemplateKey> keys) {
        var found = new HashMap<TemplateKey, Template>();
        newest.find(keys, this::readNewest)
                .forEach((key, there) -> {
                    if (there.template() != null) {
                        found.put(key, there.template());
                    }
                });
        return found;
    }

    private Map<TemplateKey, Newest> readNewest(Collection<TemplateKey> keys) {
        var read = new HashMap<TemplateKey, Newest>();
        store.newest(keys).forEach((key, template) -> read.put(key, Newest.of(template)));
        return read;
    }

    @Override
    public List<TemplateSummary> list(TenantId tenant, @Nullable String after, int limit) {
        return store.list(tenant, after, limit);
    }

    @Override
    public List<TemplateSummary> versions(TemplateKey key, @Nullable Integer before, int limit) {
        return store.versions(key, before, limit);
    }

    @Override
    public List<String> namingCategory(TenantId tenant, String category, int limit) {
        return store.namingCategory(tenant, category, limit);
    }

    @Override
    public Map<TemplateVersion, Template> find(Collection<TemplateVersion> wanted) {
        var found = new HashMap<>(memory.getAllPresent(wanted));
        var missing = new ArrayList<TemplateVersion>();
        for (var version : wanted) {
            if (!found.containsKey(version)) {
                missing.add(version);
            }
        }
        if (!missing.isEmpty()) {
            var read = versions.find(missing, store::find);
            memory.putAll(read);
            found.putAll(read);
        }
        return found;
    }

    private static int lengthOf(Template template) {
        var content = template.content();
        int length = 500;
        if (content.email() != null) {
            length += content.email().subject().length();
            length += lengthOf(content.email().text()) + lengthOf(content.email().html());
        }
        if (content.webhook() != null) {
            length += lengthOf(content.webhook().body());
        }
        if (content.inbox() != null) {
            length += content.inbox().title().length() + lengthOf(content.inbox().body());
        }
        return length;
    }

    private static int lengthOf(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static ObjectNode write(Template template) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("key", template.key());
        json.put("version", template.version());
        json.set("content", ReadThrough.JSON.valueToTree(template.content()));
        json.put("createdAt", template.createdAt().toString());
        return json;
    }

    private static Template read(JsonNode json) throws JsonProcessingException {
        return new Template(
                json.required("key").textValue(),
                json.required("version").intValue(),
                ReadThrough.JSON.treeToValue(json.required("content"), TemplateContent.class),
                Instant.parse(json.required("createdAt").textValue()));
    }

    private static final class NewestFormat implements ReadThrough.Format<TemplateKey, Newest> {
        @Override
        public String key(TemplateKey key) {
            return "herald:template-newest:" + key.tenant() + ":" + key.key();
        }

        @Override
        public long version(Newest newest) {
            return newest.version();
        }

        @Override
        public JsonNode write(Newest newest) {
            return newest.template() == null
                    ? JsonNodeFactory.instance.objectNode().put("archivedBy", newest.version())
                    : CachedTemplates.write(newest.template());
        }

        @Override
        public Newest read(JsonNode json) throws JsonProcessingException {
            return json.has("archivedBy")
                    ? new Newest(json.required("archivedBy").intValue(), null)
                    : Newest.of(CachedTemplates.read(json));
        }
    }

    private static final class VersionFormat
            implements ReadThrough.Format<TemplateVersion, Template> {
        @Override
        public String key(TemplateVersion version) {
            return "herald:template:"
                    + version.tenant()
                    + ":"
                    + version.key()
                    + ":"
                    + version.version();
        }

        @Override
        public long version(Template template) {
            return template.version();
        }

        @Override
        public JsonNode write(Template template) {
            return CachedTemplates.write(template);
        }

        @Override
        public Template read(JsonNode json) throws JsonProcessingException {
            return CachedTemplates.read(json);
        }
    }
}
