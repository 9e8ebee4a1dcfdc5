package io.herald.adapter.redis;

import io.herald.audience.ContactPoints;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A store of users in memory that remembers what it was asked for. */
final class StoredUsers implements Users {

    final List<Collection<UserKey>> questions = new CopyOnWriteArrayList<>();
    private final Map<UserKey, User> users = new ConcurrentHashMap<>();
    private final Map<UserKey, Long> versions = new ConcurrentHashMap<>();
    private volatile Runnable beforeAnswer = () -> {};

    /** Runs after the store was read and before the answer is given. */
    void holdAnswers(Runnable action) {
        beforeAnswer = action;
    }

    @Override
    public synchronized Stored put(UserKey key, UserDetails details) {
        boolean created = !users.containsKey(key);
        return new Stored(store(key, details), created);
    }

    private User store(UserKey key, UserDetails details) {
        var time = Instant.parse("2026-01-02T03:04:05.123456Z");
        long version = versions.merge(key, 1L, Long::sum);
        var user = new User(key.user(), details, version, time, time);
        users.put(key, user);
        return user;
    }

    @Override
    public synchronized Optional<User> putIfUnchanged(UserKey key, UserDetails details, long seen) {
        return versionOf(key) == seen ? Optional.of(store(key, details)) : Optional.empty();
    }

    @Override
    public synchronized boolean delete(UserKey key, long seen) {
        if (versionOf(key) != seen || users.remove(key) == null) {
            return false;
        }
        // No version comes again, and time has passed.
        versions.merge(key, 1L, Long::sum);
        return true;
    }

    private long versionOf(UserKey key) {
        return newest(key).map(User::version).orElse(User.NO_VERSION);
    }

    @Override
    public Optional<User> newest(UserKey key) {
        return Optional.ofNullable(users.get(key));
    }

    @Override
    public List<User> list(TenantId tenant, @Nullable UserId after, int limit) {
        throw new UnsupportedOperationException("no cache asks for it by itself");
    }

    @Override
    public List<User> withEmail(TenantId tenant, String email, @Nullable UserId after, int limit) {
        throw new UnsupportedOperationException("no cache asks for it by itself");
    }

    @Override
    public Map<UserKey, ContactPoints> contactPoints(Collection<UserKey> keys) {
        questions.add(List.copyOf(keys));
        var found = new HashMap<UserKey, ContactPoints>();
        for (var key : keys) {
            var user = users.get(key);
            if (user != null) {
                found.put(key, user.contactPoints());
            }
        }
        beforeAnswer.run();
        return found;
    }
}
