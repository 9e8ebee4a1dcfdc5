package io.herald.category;

import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import java.util.List;

/**
 * How a notification is to be treated.
 *
 * @param key such as {@code one-time-password}
 * @param guarantee what may be done after a hand-over whose outcome was lost
 * @param urgent whether it takes the urgent lane, in place of its channel's own
 * @param optOut whether users may opt out of it
 */
public record Category(String key, Guarantee guarantee, boolean urgent, boolean optOut) {
    public static final int MAX_KEY_LENGTH = 128;

    /** One-time passwords and the like. */
    public static final Category SECURITY =
            new Category("security", Guarantee.AT_LEAST_ONCE, true, false);

    /** What a message is unless it says something else. */
    public static final Category TRANSACTIONAL =
            new Category("transactional", Guarantee.AT_LEAST_ONCE, false, false);

    public static final Category MARKETING =
            new Category("marketing", Guarantee.AT_LEAST_ONCE, false, true);

    /** Those that every tenant has, and none can change. */
    public static final List<Category> BUILT_IN = List.of(SECURITY, TRANSACTIONAL, MARKETING);

    public Lane laneOf(Channel channel) {
        return urgent ? Lane.URGENT : channel.lane();
    }

    public boolean isBuiltIn() {
        return isBuiltIn(key);
    }

    /** Whether a category of this name is built in. */
    public static boolean isBuiltIn(String key) {
        return BUILT_IN.stream().anyMatch(category -> category.key.equals(key));
    }

    /**
     * Lower-case letters, digits, hyphens, underscores and dots; 1 to 128, the first no
     * punctuation.
     */
    public static boolean isValidKey(String key) {
        return key.length() <= MAX_KEY_LENGTH && key.matches("[a-z0-9][a-z0-9._-]*");
    }
}
