package io.herald.template;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * One version of a template, which never changes.
 *
 * @param key the tenant's own name for it, such as {@code order-shipped}
 * @param version 1 for the first
 * @param createdAt when this version was made
 */
public record Template(String key, int version, TemplateContent content, Instant createdAt) {
    public static final int MAX_KEY_LENGTH = 128;

    private static final Pattern KEY = Pattern.compile("[a-z0-9][a-z0-9._-]*");

    /**
     * Lower-case letters, digits, hyphens, underscores and dots; 1 to 128, the first no
     * punctuation.
     */
    public static boolean isValidKey(String key) {
        return key.length() <= MAX_KEY_LENGTH && KEY.matcher(key).matches();
    }
}
