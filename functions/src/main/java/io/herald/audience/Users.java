package io.herald.audience;

import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The users of all tenants. What is written is visible to every reader on return, but for a cache
 * that was out of reach, which may serve what it has for at most its time to live.
 */
public interface Users {

    /** What a {@link #put} left behind, and whether it is new. */
    record Stored(User user, boolean created) {}

    /** Creates the user or replaces all that is known of it. What is the same is no change. */
    Stored put(UserKey key, UserDetails details);

    /**
     * Creates the user or replaces all that is known of it, if it still is as the caller has seen
     * it.
     *
     * @param seen the version it must have; {@link User#NO_VERSION} when it must not exist
     * @return empty when it is another by now, or gone, or there; nothing is stored then
     */
    Optional<User> putIfUnchanged(UserKey key, UserDetails details, long seen);

    /**
     * Deletes the user, if it still is as the caller has seen it.
     *
     * @param seen the version it must have
     * @return whether it was deleted
     */
    boolean delete(UserKey key, long seen);

    /**
     * Where users are reached, and so whether there are such users.
     *
     * @return those of users that exist, in one round trip for all of them; a cache may answer
     */
    Map<UserKey, ContactPoints> contactPoints(Collection<UserKey> keys);

    /** The user as it is now, past every cache. */
    Optional<User> newest(UserKey key);

    /**
     * A tenant's users in a fixed order of their ids.
     *
     * @param after only those behind this one; null for the first
     */
    List<User> list(TenantId tenant, @Nullable UserId after, int limit);

    /**
     * The users with an address, as {@link #list}; upper and lower case are the same.
     *
     * @param email any text
     */
    List<User> withEmail(TenantId tenant, String email, @Nullable UserId after, int limit);
}
