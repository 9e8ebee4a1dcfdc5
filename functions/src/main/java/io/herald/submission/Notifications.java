package io.herald.submission;

import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The accepted notifications. */
public interface Notifications {

    /** A notification and where it stands; {@code newest} is null while it has no event. */
    record Current(Notification notification, @Nullable Event newest) {
        public Status status() {
            return newest == null ? Status.PENDING : newest.status();
        }
    }

    /**
     * Stores the notifications of one call together with their outbox row, in one transaction;
     * committed on return.
     *
     * @param notifications of one tenant, 1 to 1,000, with ids that ascend and have no other
     *     submission's between them
     */
    void accept(List<Notification> notifications);

    /**
     * The same, together with the answers that are kept for it: all of it or, when one of their
     * keys is taken, nothing. Waits for a call that is storing under one of the keys at this
     * moment.
     *
     * @param notifications may be empty
     * @param answers 1 or more, each with a key of its own
     * @return false when a key is taken
     */
    boolean acceptOnce(TenantId tenant, List<Notification> notifications, List<KeptAnswer> answers);

    /**
     * @return empty also for a notification of another tenant
     */
    Optional<Current> find(TenantId tenant, NotificationId id);

    /**
     * A user's notifications, newest first. Their payload is not read and comes back empty.
     *
     * @param before only those older than this one; null for the newest
     */
    List<Current> list(TenantId tenant, UserId user, @Nullable NotificationId before, int limit);
}
