package io.herald.adapter.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Templates, with Redis in front. A version never changes, so it is kept in memory too. Which one
 * is the newest is seen by every reader when {@link #put} returns, as long as Redis could be
 * reached; when it was out of reach for the writer and not for a reader, within {@link
 * #NEWEST_TIME_TO_LIVE}.
 */
public final class CachedTemplates implements Templates {

    /** How long the newest version is kept without being read from the store again. */
    public static final Duration NEWEST_TIME_TO_LIVE = Duration.ofMinutes(1);

    private static final Duration VERSION_TIME_TO_LIVE = Duration.ofHours(1);

    // In characters; a template is mostly its texts.
    private static final long MEMORY = 16_000_000;

    private final Templates store;
    private final ReadThrough<TemplateKey, Template> newest;
    private final ReadThrough<TemplateVersion, Template> versions;
    private final Cache<TemplateVersion, Template> memory =
            Caffeine.newBuilder()
                    .maximumWeight(MEMORY)
                    .weigher((TemplateVersion _, Template template) -> lengthOf(template))
                    .build();

    public CachedTemplates(Templates store, RedisCache redis) {
        this.store = store;
        this.newest =
                new ReadThrough<>(
                        redis,
                        new TemplateFormat<>(
                                key -> "herald:template-newest:" + key.tenant() + ":" + key.key()),
                        NEWEST_TIME_TO_LIVE);
        this.versions =
                new ReadThrough<>(
                        redis,
                        new TemplateFormat<>(key ->
                                "herald:template:"
                                        + key.tenant()
                                        + ":"
                                        + key.key()
                                        + ":"
                                        + key.version()),
                        VERSION_TIME_TO_LIVE);
    }

    @Override
    public Stored put(TemplateKey key, TemplateContent content) {
        var stored = store.put(key, content);
        newest.written(key, stored.template());
        return stored;
    }

    @Override
    public Map<TemplateKey, Template> newest(Collection<TemplateKey> keys) {
        return newest.find(keys, store::newest);
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

    private record TemplateFormat<K>(Function<K, String> names)
            implements ReadThrough.Format<K, Template> {
        @Override
        public String key(K key) {
            return names.apply(key);
        }

        @Override
        public long version(Template template) {
            return template.version();
        }

        @Override
        public JsonNode write(Template template) {
            var json = JsonNodeFactory.instance.objectNode();
            json.put("key", template.key());
            json.put("version", template.version());
            json.set("content", ReadThrough.JSON.valueToTree(template.content()));
            json.put("createdAt", template.createdAt().toString());
            return json;
        }

        @Override
        public Template read(JsonNode json) throws JsonProcessingException {
            return new Template(
                    json.required("key").textValue(),
                    json.required("version").intValue(),
                    ReadThrough.JSON.treeToValue(json.required("content"), TemplateContent.class),
                    Instant.parse(json.required("createdAt").textValue()));
        }
    }
}
