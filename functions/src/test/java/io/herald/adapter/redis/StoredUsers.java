package io.herald.adapter.redis;

import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store of users in memory that remembers what it was asked for. */
final class StoredUsers implements Users {

    final List<Collection<UserKey>> questions = new CopyOnWriteArrayList<>();
    private final Map<UserKey, User> users = new ConcurrentHashMap<>();
    private volatile Runnable beforeAnswer = () -> {};

    /** Runs after the store was read and before the answer is given. */
    void holdAnswers(Runnable action) {
        beforeAnswer = action;
    }

    @Override
    public Stored put(UserKey key, UserDetails details) {
        var time = Instant.parse("2026-01-02T03:04:05.123456Z");
        var user =
                users.compute(
                        key,
                        (_, before) ->
                                new User(
                                        key.user(),
                                        details.email(),
                                        details.webhookUrl(),
                                        details.locale(),
                                        details.timezone(),
                                        details.attributes(),
                                        before == null ? 1 : before.version() + 1,
                                        time,
                                        time));
        return new Stored(user, user.version() == 1);
    }

    @Override
    public Map<UserKey, User> find(Collection<UserKey> keys) {
        questions.add(List.copyOf(keys));
        var found = new HashMap<UserKey, User>();
        for (var key : keys) {
            var user = users.get(key);
            if (user != null) {
                found.put(key, user);
            }
        }
        beforeAnswer.run();
        return found;
    }
}
