package io.herald.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.audience.UserDetails;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Recipient;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.UserId;
import io.herald.submission.Notification;
import io.herald.template.Wording;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Things to store. */
public final class Samples {
    /** Every plane of Unicode, and what is easily lost on the way. */
    public static final String ODD_TEXT =
            "\u0001\t\u0085\u00e9e\u0301\u200f\u05d0\u2028\uffff\ud83d\udc69\u200d\ud83d\ude80"
                    + "'\"\\{},NULL%s?$1";

    private Samples() {}

    public static TenantId tenant() {
        return new TenantId(UUID.randomUUID());
    }

    /** What is known of a user who has an address, if any, and nothing else. */
    public static UserDetails userWith(@Nullable String email) {
        return new UserDetails(email, null, null, List.of(), null, null, object());
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A submission of one user, by email, at the time of the clock. */
    public static List<Notification> submission(
            Clock clock, TenantId tenant, UserId user, int count) {
        return new NotificationIds(clock, new Random())
                .consecutive(count).stream().map(id -> notification(tenant, id, user)).toList();
    }

    public static Notification notification(TenantId tenant, NotificationId id, UserId user) {
        return new Notification(
                tenant,
                id,
                new Recipient.OfUser(user),
                Channel.EMAIL,
                Lane.EMAIL,
                new Wording.OfTemplate("order-shipped", 3),
                "transactional",
                Guarantee.AT_LEAST_ONCE,
                object().put("order", "A-17"),
                null,
                null);
    }

    /** The same on another lane. */
    public static Notification on(Lane lane, Notification one) {
        return new Notification(
                one.tenant(),
                one.id(),
                one.recipient(),
                one.channel(),
                lane,
                one.wording(),
                one.category(),
                one.guarantee(),
                one.payload(),
                one.metadata(),
                one.traceparent(),
                one.timing());
    }

    /** The same, with a time to be sent or to expire. */
    public static Notification timed(Notification plain, Timing timing) {
        return new Notification(
                plain.tenant(),
                plain.id(),
                plain.recipient(),
                plain.channel(),
                plain.lane(),
                plain.wording(),
                plain.category(),
                plain.guarantee(),
                plain.payload(),
                plain.metadata(),
                plain.traceparent(),
                timing);
    }

    public static Event event(
            Clock clock,
            NotificationId id,
            int sequence,
            EventKind kind,
            Status status,
            int attempt) {
        return new Event(id, sequence, kind, status, attempt, clock.instant(), null, null, null);
    }

    /** The claim of an attempt. */
    public static Event sending(
            Clock clock, NotificationId id, int sequence, @Nullable Instant leaseEnd) {
        return new Event(
                id,
                sequence,
                EventKind.CLAIMED,
                Status.SENDING,
                1,
                clock.instant(),
                leaseEnd,
                null,
                null);
    }

    public static Event sent(Clock clock, NotificationId id, int sequence) {
        return event(clock, id, sequence, EventKind.SENT, Status.SENT, 1);
    }

    /** A release of what had one attempt. */
    public static Event released(Clock clock, NotificationId id, int sequence) {
        return event(clock, id, sequence, EventKind.RELEASED, Status.PENDING, 1);
    }
}
