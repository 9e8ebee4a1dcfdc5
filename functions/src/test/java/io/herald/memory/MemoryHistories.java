package io.herald.memory;

import io.herald.notification.Event;
import io.herald.receipt.Histories;
import io.herald.receipt.Subject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

record MemoryHistories(MemoryState state) implements Histories {

    @Override
    public Map<Subject, List<Event>> of(Collection<Subject> subjects) {
        var histories = new HashMap<Subject, List<Event>>();
        for (var subject : subjects) {
            var notification = state.notifications.get(subject.notification());
            if (notification != null && notification.tenant().equals(subject.tenant())) {
                var events = state.events.getOrDefault(notification.id(), new TreeMap<>());
                histories.put(subject, List.copyOf(events.values()));
            }
        }
        return histories;
    }
}
