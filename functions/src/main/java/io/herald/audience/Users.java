package io.herald.audience;

import java.util.Collection;
import java.util.Map;

/** The users of all tenants. */
public interface Users {

    /** What a {@link #put} left behind, and whether it was there before. */
    record Stored(User user, boolean created) {}

    /**
     * Creates the user or replaces all that is known of it; visible to every reader on return, but
     * for a cache that was out of reach, which may serve what it has for at most its time to live.
     */
    Stored put(UserKey key, UserDetails details);

    /**
     * @return those that exist, in one round trip for all of them
     */
    Map<UserKey, User> find(Collection<UserKey> keys);
}
