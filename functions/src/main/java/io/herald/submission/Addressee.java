package io.herald.submission;

import io.herald.notification.Channel;
import io.herald.notification.UserId;
import java.util.Map;

/** Whom a message is asked for. */
public sealed interface Addressee {
    /** A user of the tenant. */
    record OfUser(UserId user) implements Addressee {}

    /**
     * Nobody the tenant has told us of.
     *
     * @param contactPoints for each channel that is to be reached, well-formed
     */
    record At(Map<Channel, String> contactPoints) implements Addressee {
        public At {
            contactPoints = Map.copyOf(contactPoints);
        }

        /** Without the contact points, which are a person's. */
        @Override
        public String toString() {
            return "At[...]";
        }
    }
}
