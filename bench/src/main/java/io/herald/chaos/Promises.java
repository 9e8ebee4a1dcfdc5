package io.herald.chaos;

import io.herald.notification.NotificationId;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** All that was answered with 202. Safe for use by several threads. */
final class Promises {
    private final ConcurrentMap<NotificationId, Promise> all = new ConcurrentHashMap<>();

    /** Adds it, or replaces what was known of it. */
    void put(Promise promise) {
        all.put(promise.id(), promise);
    }

    int size() {
        return all.size();
    }

    List<Promise> all() {
        return List.copyOf(all.values());
    }
}
