package io.herald.notification;

/** Who a notification is for. */
public sealed interface Recipient {
    /** A user of the tenant; where it goes is read when it is delivered. */
    record OfUser(UserId user) implements Recipient {}

    /**
     * Whoever is there.
     *
     * @param contactPoint of the notification's channel, such as an email address
     */
    record At(String contactPoint) implements Recipient {
        /** Without the contact point, which is a person's. */
        @Override
        public String toString() {
            return "At[...]";
        }
    }
}
