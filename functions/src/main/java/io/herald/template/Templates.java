package io.herald.template;

import java.util.Collection;
import java.util.Map;

/** The templates of all tenants. */
public interface Templates {

    /** What a {@link #put} left behind. */
    record Stored(Template template, Change change) {}

    /** What a {@link #put} did. */
    enum Change {
        /** The key was new. */
        CREATED,
        /** Another version was made. */
        CHANGED,
        /** The newest version says the same already; nothing was made. */
        UNCHANGED
    }

    /** Makes a version unless the newest says the same. Concurrent calls make one version each. */
    Stored put(TemplateKey key, TemplateContent content);

    /**
     * @return the newest version of each that exists, in one round trip
     */
    Map<TemplateKey, Template> newest(Collection<TemplateKey> keys);

    /**
     * @return the versions that exist, in one round trip
     */
    Map<TemplateVersion, Template> find(Collection<TemplateVersion> versions);
}
