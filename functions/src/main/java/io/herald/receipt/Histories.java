package io.herald.receipt;

import io.herald.notification.Event;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** All that happened to notifications. */
@FunctionalInterface
public interface Histories {

    /**
     * @return the events of each, oldest first; what is not a notification of its tenant is missing
     */
    Map<Subject, List<Event>> of(Collection<Subject> subjects);
}
