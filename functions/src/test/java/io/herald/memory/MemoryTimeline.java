package io.herald.memory;

import static java.util.Comparator.comparing;

import io.herald.memory.MemoryState.Due;
import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.schedule.DueWork;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

record MemoryTimeline(MemoryState state) implements Timeline {

    @Override
    public Set<NotificationId> append(List<Transition> transitions) {
        requireOneEach(transitions);
        var stored = new LinkedHashSet<NotificationId>();
        for (var transition : ordered(transitions)) {
            var event = transition.event();
            var all = state.events.computeIfAbsent(event.notification(), _ -> new TreeMap<>());
            if (all.putIfAbsent(event.sequence(), asKept(event)) == null) {
                stored.add(event.notification());
                follow(transition);
            }
        }
        return stored;
    }

    private static void requireOneEach(List<Transition> transitions) {
        var ids = transitions.stream().map(one -> one.event().notification()).distinct().count();
        if (ids < transitions.size()) {
            throw new IllegalArgumentException("two transitions for one notification");
        }
    }

    private static List<Transition> ordered(List<Transition> transitions) {
        return transitions.stream().sorted(comparing(one -> one.event().notification())).toList();
    }

    /** What must become true together with an event. */
    private void follow(Transition transition) {
        var event = transition.event();
        var id = event.notification();
        if (transition.consumes() != null) {
            state.due.remove(new DueWork.Key(id, transition.consumes()));
        }
        if (transition.dueAt() != null) {
            state.due.put(
                    new DueWork.Key(id, event.sequence()),
                    new Due(transition.tenant(), MemoryState.micros(transition.dueAt())));
        }
        if (transition.release()) {
            state.release(
                    transition.tenant(), id, event.sequence(), event.attempt() + 1, event.at());
        }
    }

    private static Event asKept(Event event) {
        var reason = event.reason();
        return new Event(
                event.notification(),
                event.sequence(),
                event.kind(),
                event.status(),
                event.attempt(),
                MemoryState.micros(event.at()),
                MemoryState.microsOrNull(event.until()),
                reason == null
                        ? null
                        : new Reason(
                                MemoryState.text(reason.code()), MemoryState.text(reason.words())),
                MemoryState.textOrNull(event.reference()),
                event.about());
    }

    @Override
    public Map<NotificationId, Event> newest(Collection<NotificationId> notifications) {
        var newest = new LinkedHashMap<NotificationId, Event>();
        for (var id : notifications) {
            var event = state.newest(id);
            if (event != null) {
                newest.put(id, event);
            }
        }
        return newest;
    }

    @Override
    public List<Event> of(NotificationId notification) {
        var all = state.events.get(notification);
        return all == null ? List.of() : List.copyOf(all.values());
    }
}
