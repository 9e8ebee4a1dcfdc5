package io.herald.intervention;

import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.submission.Notifications;
import io.herald.submission.Notifications.Current;
import java.util.List;
import java.util.function.Function;

/** Rule 1 of the architecture: read, decide, append, until it is stored or no longer legal. */
final class DecideAndAppend {
    private final Notifications notifications;
    private final Timeline timeline;

    DecideAndAppend(Notifications notifications, Timeline timeline) {
        this.notifications = notifications;
        this.timeline = timeline;
    }

    /** What is to be done as things stand. */
    sealed interface Decision {
        /** Nothing is appended. */
        record Answer(Intervention intervention) implements Decision {}

        /**
         * An event at the newest sequence + 1.
         *
         * @param afterwards what to answer when it is stored, given where it then stands
         */
        record Append(Transition transition, Function<Current, Intervention> afterwards)
                implements Decision {}
    }

    /**
     * @param decide is asked again when somebody else was first
     */
    Intervention run(TenantId tenant, NotificationId id, Function<Current, Decision> decide) {
        while (true) {
            var found = notifications.find(tenant, id);
            if (found.isEmpty()) {
                return new Intervention.Unknown();
            }
            var current = found.get();
            switch (decide.apply(current)) {
                case Decision.Answer(var intervention) -> {
                    return intervention;
                }
                case Decision.Append(var transition, var afterwards) -> {
                    if (!timeline.append(List.of(transition)).isEmpty()) {
                        return afterwards.apply(after(current, transition.event()));
                    }
                }
            }
        }
    }

    private static Current after(Current before, Event event) {
        return new Current(
                before.notification(),
                event,
                switch (event.kind()) {
                    case SCHEDULED, RESCHEDULED -> event.until();
                    case CLAIMED,
                            SENT,
                            DELIVERED,
                            BOUNCED,
                            REFUSED,
                            DEFERRED,
                            LOST,
                            RELEASED,
                            UNDELIVERABLE,
                            CANCELLED,
                            EXPIRED,
                            RESOLVED,
                            REPLAYED,
                            DISCARDED ->
                            before.scheduledFor();
                });
    }
}
