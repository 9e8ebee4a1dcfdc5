package io.herald.category;

import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import java.util.Arrays;
import java.util.Optional;

/** How a notification is to be treated. These are built in. */
public enum Category {
    /** One-time passwords and the like: the urgent lane. */
    SECURITY("security", true),
    TRANSACTIONAL("transactional", false),
    MARKETING("marketing", false);

    private final String key;
    private final boolean urgent;

    Category(String key, boolean urgent) {
        this.key = key;
        this.urgent = urgent;
    }

    public String key() {
        return key;
    }

    public Guarantee guarantee() {
        return Guarantee.AT_LEAST_ONCE;
    }

    public Lane laneOf(Channel channel) {
        return urgent ? Lane.URGENT : channel.lane();
    }

    public static Optional<Category> of(String key) {
        return Arrays.stream(values()).filter(category -> category.key.equals(key)).findFirst();
    }
}
