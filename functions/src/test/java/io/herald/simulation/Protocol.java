package io.herald.simulation;

import io.herald.delivery.HandOver;
import io.herald.notification.Timeline;
import io.herald.outbox.Outbox;
import io.herald.schedule.DueWork;

/** What the use cases get for ports: the ports as they are, unless a subclass breaks one. */
class Protocol {

    Timeline timeline(Timeline timeline) {
        return timeline;
    }

    Outbox outbox(Outbox outbox) {
        return outbox;
    }

    DueWork dueWork(DueWork dueWork) {
        return dueWork;
    }

    /**
     * @param timeline for one that records what it should not
     */
    HandOver handOver(HandOver handOver, Timeline timeline) {
        return handOver;
    }

    /** Whether there is a reconciler, which would mend much of what is broken. */
    boolean reconciles() {
        return true;
    }
}
