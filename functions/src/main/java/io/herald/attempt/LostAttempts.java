package io.herald.attempt;

import io.herald.notification.Event;
import io.herald.notification.Status;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which attempts were handed over, or may have been, and nobody knows what became of them. */
public final class LostAttempts {
    private LostAttempts() {}

    /**
     * @param events all of a notification's, oldest first; with no attempt under way
     * @return the numbers of the attempts
     */
    public static Set<Integer> of(List<Event> events) {
        var lost = new TreeSet<Integer>();
        for (var event : events) {
            var about = event.about();
            switch (event.kind()) {
                case LOST -> lost.add(event.attempt());
                // Late, an outcome is known after all.
                case SENT, DELIVERED, BOUNCED, REFUSED, DEFERRED -> {
                    if (about != null) {
                        lost.remove(about);
                    }
                }
                // To have it tried again says nothing of what was tried before.
                case RESOLVED -> {
                    if (event.status() != Status.PENDING) {
                        lost.clear();
                    }
                }
                case CLAIMED,
                        RELEASED,
                        UNDELIVERABLE,
                        SCHEDULED,
                        RESCHEDULED,
                        CANCELLED,
                        EXPIRED,
                        REPLAYED,
                        DISCARDED -> {}
            }
        }
        return lost;
    }
}
