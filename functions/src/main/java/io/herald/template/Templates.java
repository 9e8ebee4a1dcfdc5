package io.herald.template;

import io.herald.notification.TenantId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The templates of all tenants. One that is archived is as if it were not there, but for its
 * versions, which stay; it is taken up again by the next {@link #put}.
 */
public interface Templates {

    /** Stands for the version of a template that is not there. */
    int NONE = 0;

    /** What a {@link #put} left behind. */
    record Stored(Template template, Change change) {}

    /** What a {@link #put} did. */
    enum Change {
        /** The key was new, or its template archived. */
        CREATED,
        /** Another version was made. */
        CHANGED,
        /** The newest version says the same already; nothing was made. */
        UNCHANGED
    }

    /**
     * Makes a version, unless the newest says the same.
     *
     * @param base the version that must be the newest, or {@link #NONE}
     * @return empty, with nothing made, when another one is the newest; so of concurrent calls with
     *     one base, one makes a version
     */
    Optional<Stored> put(TemplateKey key, TemplateContent content, int base);

    /**
     * Archives a template.
     *
     * @param base the version that must be the newest
     * @return false, with nothing done, when another one is the newest
     */
    boolean archive(TemplateKey key, int base);

    /** The newest version as it is stored at this moment, for who is about to change it. */
    Optional<Template> current(TemplateKey key);

    /**
     * @return the newest version of each that exists, in one round trip
     */
    Map<TemplateKey, Template> newest(Collection<TemplateKey> keys);

    /**
     * @return the versions that exist, also of what is archived, in one round trip
     */
    Map<TemplateVersion, Template> find(Collection<TemplateVersion> versions);

    /**
     * The newest versions of a tenant's templates, by key.
     *
     * @param after only those whose key comes after this one; null for the first
     */
    List<TemplateSummary> list(TenantId tenant, @Nullable String after, int limit);

    /**
     * The versions of a template, also of one that is archived, the newest first.
     *
     * @param before only those before this one; null for the newest
     */
    List<TemplateSummary> versions(TemplateKey key, @Nullable Integer before, int limit);

    /** The keys of templates whose newest version names the category. */
    List<String> namingCategory(TenantId tenant, String category, int limit);
}
