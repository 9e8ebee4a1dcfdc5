package io.herald.intervention;

import io.herald.notification.Status;
import io.herald.submission.Notifications.Current;

/** What became of a tenant's wish about a notification. */
public sealed interface Intervention {
    /** It holds, and is stored; or it held already. */
    record Done(Current current) implements Intervention {}

    /** The tenant has no such notification. */
    record Unknown() implements Intervention {}

    /**
     * It cannot be done any more, or not with this one.
     *
     * @param status where it stands
     * @param why a sentence or two for the tenant
     */
    record Refused(Status status, String why) implements Intervention {}

    /**
     * What was asked for does not fit the notification.
     *
     * @param detail what was expected of it
     */
    record Unfit(String detail) implements Intervention {}
}
