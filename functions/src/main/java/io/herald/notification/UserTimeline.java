package io.herald.notification;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happened to all the notifications of a user. */
public interface UserTimeline {

    /**
     * Something that happened to one of them.
     *
     * @param template the key, or null when the notification says something of its own
     * @param event null for the acceptance, which has none
     */
    record Entry(
            NotificationId notification,
            Channel channel,
            @Nullable String template,
            @Nullable Event event) {

        /** Where it stands in the timeline. */
        public Position position() {
            return new Position(notification, event == null ? 0 : event.sequence());
        }
    }

    /**
     * A place in the timeline.
     *
     * @param sequence that of the event; 0 for the acceptance
     */
    record Position(NotificationId notification, int sequence) {

        /**
         * @return empty when it is not what {@link #toString} writes
         */
        public static Optional<Position> parse(String text) {
            int slash = text.indexOf('/');
            try {
                return slash < 0
                        ? Optional.empty()
                        : Optional.of(
                                new Position(
                                        NotificationId.parse(text.substring(0, slash)),
                                        Short.parseShort(text.substring(slash + 1))));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return notification + "/" + sequence;
        }
    }

    /**
     * The events of a user's notifications: the newest notification first, and of each the newest
     * event first. So an event of an older notification stands behind all those of newer ones,
     * whenever it happened.
     *
     * @param before only what comes behind this place; null for the beginning
     */
    List<Entry> of(TenantId tenant, UserId user, @Nullable Position before, int limit);
}
