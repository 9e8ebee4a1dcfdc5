package io.herald.deadletter;

import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.submission.Notification;

/** What Herald gave up on, and nobody has had replayed or discarded. */
public sealed interface DeadLetter {
    /** The code of the cause of every record. */
    String UNDECODABLE = "undecodable";

    DeadLetterId id();

    /**
     * A notification that failed.
     *
     * @param notification without payload and metadata, which are not read
     * @param newest its newest event, by which it is FAILED
     */
    record OfNotification(Notification notification, Event newest) implements DeadLetter {
        @Override
        public DeadLetterId id() {
            return idOf(notification.id());
        }
    }

    /** A record that could not be decoded. */
    record OfRecord(KeptRecord record) implements DeadLetter {
        @Override
        public DeadLetterId id() {
            return record.id();
        }

        public Reason cause() {
            return new Reason(UNDECODABLE, record.cause());
        }
    }

    /** The id of a notification's dead letter. */
    static DeadLetterId idOf(NotificationId notification) {
        return new DeadLetterId(notification.value());
    }
}
