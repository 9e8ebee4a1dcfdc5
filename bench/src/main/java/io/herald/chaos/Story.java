package io.herald.chaos;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Status;
import java.util.List;

/**
 * What Herald says of one notification.
 *
 * @param events oldest first
 * @param inFeed whether it is in the person's in-app feed
 */
record Story(List<Event> events, boolean inFeed) {

    static final Story NONE = new Story(List.of(), false);

    Status status() {
        return events.isEmpty() ? Status.PENDING : events.getLast().status();
    }

    /** Whether the outcome of an attempt was lost, by its own events. */
    boolean lost(int attempt) {
        return events.stream()
                .anyMatch(event -> event.kind() == EventKind.LOST && attemptOf(event) == attempt);
    }

    /** How many attempts' outcomes were lost. */
    long lost() {
        return attempts(EventKind.LOST);
    }

    /** How many attempts there were. */
    long claimed() {
        return attempts(EventKind.CLAIMED);
    }

    private long attempts(EventKind kind) {
        return events.stream()
                .filter(event -> event.kind() == kind)
                .mapToInt(Story::attemptOf)
                .distinct()
                .count();
    }

    private static int attemptOf(Event event) {
        var about = event.about();
        return about == null ? event.attempt() : about;
    }

    /** Whether it did not go straight from its publication to its one hand-over. */
    boolean tookDetour() {
        return events.stream()
                .anyMatch(event ->
                        switch (event.kind()) {
                            case LOST, DEFERRED, RELEASED, RESOLVED, REPLAYED -> true;
                            default -> false;
                        });
    }
}
