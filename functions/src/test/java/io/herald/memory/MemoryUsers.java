package io.herald.memory;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.herald.audience.ContactPoints;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * @param versions the last of each user, also of those that were deleted
 */
record MemoryUsers(Clock clock, Map<UserKey, User> users, Map<UserKey, Long> versions)
        implements Users {

    /** 100 and 1E+2 are the same. */
    private static final Comparator<JsonNode> BY_VALUE =
            (one, other) ->
                    one.isNumber() && other.isNumber()
                            ? one.decimalValue().compareTo(other.decimalValue())
                            : one.equals(other) ? 0 : 1;

    @Override
    public Stored put(UserKey key, UserDetails details) {
        var before = users.get(key);
        var kept = withoutNul(details);
        if (before != null && isSame(before.details(), kept)) {
            return new Stored(before, false);
        }
        var now = MemoryState.micros(clock.instant());
        var user =
                new User(
                        key.user(),
                        kept,
                        versions.merge(key, 1L, Long::sum),
                        before == null ? now : before.createdAt(),
                        now);
        users.put(key, user);
        return new Stored(user, before == null);
    }

    @Override
    public Optional<User> putIfUnchanged(UserKey key, UserDetails details, long seen) {
        return versionOf(key) == seen ? Optional.of(put(key, details).user()) : Optional.empty();
    }

    @Override
    public boolean delete(UserKey key, long seen) {
        return versionOf(key) == seen && users.remove(key) != null;
    }

    private long versionOf(UserKey key) {
        return newest(key).map(User::version).orElse(User.NO_VERSION);
    }

    @Override
    public Map<UserKey, ContactPoints> contactPoints(Collection<UserKey> keys) {
        var found = new HashMap<UserKey, ContactPoints>();
        keys.forEach(key -> newest(key).ifPresent(user -> found.put(key, user.contactPoints())));
        return found;
    }

    @Override
    public Optional<User> newest(UserKey key) {
        return Optional.ofNullable(users.get(key));
    }

    @Override
    public List<User> list(TenantId tenant, @Nullable UserId after, int limit) {
        return list(tenant, after, limit, _ -> true);
    }

    @Override
    public List<User> withEmail(TenantId tenant, String email, @Nullable UserId after, int limit) {
        return list(tenant, after, limit, user -> email.equalsIgnoreCase(user.details().email()));
    }

    private List<User> list(
            TenantId tenant, @Nullable UserId after, int limit, Predicate<User> filter) {
        return users.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .map(Map.Entry::getValue)
                .filter(filter)
                .filter(user -> after == null || user.id().value().compareTo(after.value()) > 0)
                .sorted(comparing(user -> user.id().value()))
                .limit(limit)
                .toList();
    }

    private static boolean isSame(UserDetails one, UserDetails other) {
        var none = JsonNodeFactory.instance.objectNode();
        return with(one, none).equals(with(other, none))
                && one.attributes().equals(BY_VALUE, other.attributes());
    }

    private static UserDetails withoutNul(UserDetails details) {
        return with(details, (ObjectNode) withoutNul(details.attributes()));
    }

    private static UserDetails with(UserDetails details, ObjectNode attributes) {
        return new UserDetails(
                MemoryState.textOrNull(details.email()),
                MemoryState.textOrNull(details.phone()),
                MemoryState.textOrNull(details.webhookUrl()),
                details.pushTokens(),
                MemoryState.textOrNull(details.locale()),
                MemoryState.textOrNull(details.timezone()),
                attributes);
    }

    private static JsonNode withoutNul(JsonNode document) {
        return switch (document) {
            case TextNode text -> TextNode.valueOf(MemoryState.text(text.textValue()));
            case ArrayNode array -> {
                var cleaned = JsonNodeFactory.instance.arrayNode();
                array.forEach(element -> cleaned.add(withoutNul(element)));
                yield cleaned;
            }
            case ObjectNode object -> {
                var cleaned = JsonNodeFactory.instance.objectNode();
                object.properties()
                        .forEach(field ->
                                cleaned.set(
                                        MemoryState.text(field.getKey()),
                                        withoutNul(field.getValue())));
                yield cleaned;
            }
            default -> document;
        };
    }
}
