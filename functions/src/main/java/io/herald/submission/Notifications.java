package io.herald.submission;

import io.herald.notification.Event;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.outbox.Turn;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The accepted notifications. */
public interface Notifications {

    /**
     * A notification and where it stands.
     *
     * @param newest null while it has no event
     * @param scheduledFor the time it was last scheduled for, come or not; null for one that never
     *     was
     */
    record Current(
            Notification notification, @Nullable Event newest, @Nullable Instant scheduledFor) {
        public Status status() {
            return newest == null ? Status.PENDING : newest.status();
        }
    }

    /**
     * Stores the notifications of one call in one transaction, committed on return: together with
     * an outbox row for each lane that has some that are sent at once, and with the {@link
     * Notification#scheduling} of each of the others.
     *
     * @param notifications of one tenant, 1 to 1,000, with ids that ascend and have no other
     *     submission's between them; those for later come after those that are sent at once
     * @param turns of each lane that has some that are sent at once
     */
    void accept(List<Notification> notifications, Map<Lane, Turn> turns);

    /** Where no lane is held. */
    default void accept(List<Notification> notifications) {
        accept(notifications, turnsNow(notifications));
    }

    /** What became of notifications that were to be stored under keys. */
    enum Once {
        STORED,
        /** One of the keys is taken; nothing was stored. */
        KEY_TAKEN,
        /** A call that is storing under one of the keys did not end in time; nothing was stored. */
        KEY_BUSY
    }

    /**
     * The same, together with the answers that are kept for it: all of it or nothing. Waits for a
     * call that is storing under one of the keys at this moment, as long as a statement may take.
     *
     * @param notifications may be empty
     * @param turns as for {@link #accept(List, Map)}
     * @param answers 1 or more, each with a key of its own
     */
    Once acceptOnce(
            TenantId tenant,
            List<Notification> notifications,
            Map<Lane, Turn> turns,
            List<KeptAnswer> answers);

    /** Where no lane is held. */
    default Once acceptOnce(
            TenantId tenant, List<Notification> notifications, List<KeptAnswer> answers) {
        return acceptOnce(tenant, notifications, turnsNow(notifications), answers);
    }

    private static Map<Lane, Turn> turnsNow(List<Notification> notifications) {
        var turns = new EnumMap<Lane, Turn>(Lane.class);
        for (var one : notifications) {
            turns.putIfAbsent(one.lane(), new Turn(one.id().acceptedAt(), false));
        }
        return turns;
    }

    /**
     * @return empty also for a notification of another tenant
     */
    Optional<Current> find(TenantId tenant, NotificationId id);

    /**
     * What a list found.
     *
     * @param notifications without their payload, which is not read
     * @param searchedTo where the search ended before it had found enough: what is older than this
     *     one was not looked at; null when nothing older is left, or enough was found
     */
    record Found(List<Current> notifications, @Nullable NotificationId searchedTo) {}

    /**
     * A tenant's notifications, newest first. Looks at a bounded number of them, however many there
     * are, and so may find fewer than it was asked for.
     *
     * @param before only those older than this one; null for the newest
     * @param limit how many are enough
     */
    Found list(
            TenantId tenant, NotificationFilter filter, @Nullable NotificationId before, int limit);
}
