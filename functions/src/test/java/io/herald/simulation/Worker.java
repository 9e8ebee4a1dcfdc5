package io.herald.simulation;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One invocation of a lane's function: what it was given, and what it takes for its own. */
final class Worker {

    private final SimulatedKafka.Batch batch;
    private final Map<NotificationId, Event> claims = new HashMap<>();
    private boolean ended;

    Worker(SimulatedKafka.Batch batch) {
        this.batch = batch;
    }

    SimulatedKafka.Batch batch() {
        return batch;
    }

    /** The claims that it believes to have won. */
    Map<NotificationId, Event> claims() {
        return claims;
    }

    /** The same timeline, of which it keeps in mind what it won. */
    Timeline remembering(Timeline timeline) {
        return new Timeline() {
            @Override
            public Set<NotificationId> append(List<Transition> transitions) {
                var stored = timeline.append(transitions);
                transitions.stream()
                        .map(Transition::event)
                        .filter(event -> event.kind() == EventKind.CLAIMED)
                        .filter(event -> stored.contains(event.notification()))
                        .forEach(event -> claims.put(event.notification(), event));
                return stored;
            }

            @Override
            public Map<NotificationId, Event> newest(Collection<NotificationId> notifications) {
                return timeline.newest(notifications);
            }

            @Override
            public List<Event> of(NotificationId notification) {
                return timeline.of(notification);
            }
        };
    }

    void end() {
        ended = true;
    }

    /** Whether it ran to its end, and so has recorded what it heard. */
    boolean hasEnded() {
        return ended;
    }
}
