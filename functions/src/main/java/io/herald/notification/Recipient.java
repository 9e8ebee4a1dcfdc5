package io.herald.notification;

import org.jspecify.annotations.Nullable;

/** Who a notification is for. */
public sealed interface Recipient {

    /** The tenant's own name for the user, or null. */
    @Nullable String userId();

    /** Where it goes in place of a user, or null. */
    @Nullable String contactPoint();

    /** A user of the tenant; where it goes is read when it is delivered. */
    record OfUser(UserId user) implements Recipient {
        @Override
        public String userId() {
            return user.value();
        }

        @Override
        public @Nullable String contactPoint() {
            return null;
        }
    }

    /**
     * Whoever is there.
     *
     * @param contactPoint of the notification's channel, such as an email address
     */
    record At(String contactPoint) implements Recipient {
        @Override
        public @Nullable String userId() {
            return null;
        }

        /** Without the contact point, which is a person's. */
        @Override
        public String toString() {
            return "At[...]";
        }
    }
}
