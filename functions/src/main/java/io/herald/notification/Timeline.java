package io.herald.notification;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The events of notifications: the truth about where each of them stands. */
public interface Timeline {

    /**
     * Appends each event whose (notification, sequence) is free, with its consequences; one
     * transaction, committed on return.
     *
     * @param transitions at most one for each notification
     * @return those that were stored. The others lost a race: read again, decide again
     * @throws IllegalArgumentException when two are for the same notification; nothing is stored
     * @throws UnstorableEventException when some can never be stored; the others are committed
     */
    Set<NotificationId> append(List<Transition> transitions);

    /**
     * @return the newest event of each; a notification without one is missing, and PENDING
     */
    Map<NotificationId, Event> newest(Collection<NotificationId> notifications);

    /**
     * @return its events, oldest first; empty also when there is no such notification
     */
    List<Event> of(NotificationId notification);
}
