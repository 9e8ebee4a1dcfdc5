package io.herald.memory;

import io.herald.notification.TenantId;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateSummary;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * @param templates the versions of each, the oldest first
 */
record MemoryTemplates(Clock clock, Map<TemplateKey, List<Version>> templates)
        implements Templates {

    /**
     * A version.
     *
     * @param template null when the template was archived by it
     */
    record Version(int number, @Nullable Template template) {}

    @Override
    public Optional<Stored> put(TemplateKey key, TemplateContent content, int base) {
        var current = current(key);
        var kept = withoutNul(content);
        if (current.map(Template::version).orElse(NONE) != base) {
            return Optional.empty();
        }
        if (current.isPresent() && current.get().content().equals(kept)) {
            return Optional.of(new Stored(current.get(), Change.UNCHANGED));
        }
        var versions = templates.computeIfAbsent(key, _ -> new ArrayList<>());
        int number = versions.size() + 1;
        var made = new Template(key.key(), number, kept, clock.instant());
        versions.add(new Version(number, made));
        return Optional.of(new Stored(made, current.isPresent() ? Change.CHANGED : Change.CREATED));
    }

    @Override
    public boolean archive(TemplateKey key, int base) {
        var current = current(key);
        if (current.isEmpty() || current.get().version() != base) {
            return false;
        }
        return templates.getOrDefault(key, List.of()).add(new Version(base + 1, null));
    }

    @Override
    public Optional<Template> current(TemplateKey key) {
        return Optional.ofNullable(templates.get(key))
                .map(versions -> versions.getLast().template());
    }

    @Override
    public Map<TemplateKey, Template> newest(Collection<TemplateKey> keys) {
        var found = new HashMap<TemplateKey, Template>();
        keys.forEach(key -> current(key).ifPresent(template -> found.put(key, template)));
        return found;
    }

    @Override
    public Map<TemplateVersion, Template> find(Collection<TemplateVersion> wanted) {
        var found = new HashMap<TemplateVersion, Template>();
        for (var version : wanted) {
            versionsOf(new TemplateKey(version.tenant(), version.key()))
                    .filter(template -> template.version() == version.version())
                    .forEach(template -> found.put(version, template));
        }
        return found;
    }

    @Override
    public List<TemplateSummary> list(TenantId tenant, @Nullable String after, int limit) {
        return templates.keySet().stream()
                .filter(key -> key.tenant().equals(tenant))
                .filter(key -> after == null || key.key().compareTo(after) > 0)
                .sorted(Comparator.comparing(TemplateKey::key))
                .flatMap(key -> current(key).stream())
                .limit(limit)
                .map(MemoryTemplates::summary)
                .toList();
    }

    @Override
    public List<TemplateSummary> versions(TemplateKey key, @Nullable Integer before, int limit) {
        return versionsOf(key)
                .filter(template -> before == null || template.version() < before)
                .sorted(Comparator.comparingInt(Template::version).reversed())
                .limit(limit)
                .map(MemoryTemplates::summary)
                .toList();
    }

    @Override
    public List<String> namingCategory(TenantId tenant, String category, int limit) {
        return list(tenant, null, Integer.MAX_VALUE).stream()
                .filter(summary -> summary.category().equals(category))
                .map(TemplateSummary::key)
                .limit(limit)
                .toList();
    }

    private static TemplateContent withoutNul(TemplateContent content) {
        var email = content.email();
        var webhook = content.webhook();
        var inbox = content.inbox();
        return new TemplateContent(
                email == null
                        ? null
                        : new TemplateContent.Email(
                                MemoryState.text(email.subject()),
                                MemoryState.textOrNull(email.text()),
                                MemoryState.textOrNull(email.html())),
                webhook == null
                        ? null
                        : new TemplateContent.Webhook(
                                MemoryState.text(webhook.type()),
                                MemoryState.textOrNull(webhook.body())),
                inbox == null
                        ? null
                        : new TemplateContent.Inbox(
                                MemoryState.text(inbox.title()),
                                MemoryState.textOrNull(inbox.body())),
                content.requiredVariables(),
                content.category());
    }

    private Stream<Template> versionsOf(TemplateKey key) {
        return templates.getOrDefault(key, List.of()).stream()
                .flatMap(version -> Optional.ofNullable(version.template()).stream());
    }

    private static TemplateSummary summary(Template template) {
        return new TemplateSummary(
                template.key(),
                template.version(),
                template.content().channels(),
                template.content().requiredVariables(),
                template.content().category(),
                template.createdAt());
    }
}
