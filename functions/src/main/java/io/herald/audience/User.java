package io.herald.audience;

import io.herald.notification.UserId;
import java.time.Instant;

/**
 * A person who receives.
 *
 * @param version grows with each change, and never comes again, also not after the user was deleted
 *     and made anew
 */
public record User(
        UserId id, UserDetails details, long version, Instant createdAt, Instant updatedAt) {

    /** Comes before the version of every user. */
    public static final long NO_VERSION = 0;

    /** Where it is reached. */
    public ContactPoints contactPoints() {
        return new ContactPoints(details.email(), details.webhookUrl(), version);
    }
}
