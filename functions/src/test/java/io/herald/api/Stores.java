package io.herald.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.audience.ContactPoints;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.category.CategorySet;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.notification.UserTimeline;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeptAnswers;
import io.herald.submission.Notification;
import io.herald.submission.NotificationFilter;
import io.herald.submission.Notifications;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import io.herald.tenant.Access;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Keys;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is stored, in memory; every port looks through {@link #reach} first. */
final class Stores {
    /** How many notifications a list looks at; few, so that tests see it end early. */
    static final int MAX_STEPS = 50;

    final Map<KeyHash, Access> keys = new HashMap<>();
    final Map<UserKey, User> users = new HashMap<>();
    final Map<TemplateKey, List<StoredTemplates.Version>> templates = new HashMap<>();
    final Map<TenantId, Map<String, Category>> categories = new HashMap<>();
    final List<Notification> notifications = new ArrayList<>();
    final Map<NotificationId, List<Event>> events = new HashMap<>();
    final List<InboxMessage> inbox = new ArrayList<>();
    private final Map<TenantKey, KeptAnswer> kept = new HashMap<>();

    private final Clock clock;
    private @Nullable RuntimeException fault;
    private Runnable beforeUserChanges = () -> {};
    private long userVersion;

    Stores(Clock clock) {
        this.clock = clock;
    }

    void goDown() {
        failWith(new StoreUnavailableException("down", new IllegalStateException()));
    }

    void failWith(RuntimeException e) {
        fault = e;
    }

    /** Runs each time when a user is about to be changed or deleted as it was seen. */
    void beforeUserChanges(Runnable action) {
        beforeUserChanges = action;
    }

    private void reach() {
        if (fault != null) {
            throw fault;
        }
    }

    Keys keys() {
        return hash -> {
            reach();
            return Optional.ofNullable(keys.get(hash));
        };
    }

    Users users() {
        return new Users() {
            @Override
            public Users.Stored put(UserKey key, UserDetails details) {
                reach();
                var before = users.get(key);
                var user =
                        new User(
                                key.user(),
                                details,
                                ++userVersion,
                                before == null ? clock.instant() : before.createdAt(),
                                clock.instant());
                users.put(key, user);
                return new Users.Stored(user, before == null);
            }

            @Override
            public Optional<User> putIfUnchanged(UserKey key, UserDetails details, long seen) {
                reach();
                beforeUserChanges.run();
                return versionOf(key) == seen
                        ? Optional.of(put(key, details).user())
                        : Optional.empty();
            }

            @Override
            public boolean delete(UserKey key, long seen) {
                reach();
                beforeUserChanges.run();
                return versionOf(key) == seen && users.remove(key) != null;
            }

            private long versionOf(UserKey key) {
                return newest(key).map(User::version).orElse(User.NO_VERSION);
            }

            @Override
            public Map<UserKey, ContactPoints> contactPoints(Collection<UserKey> keys) {
                reach();
                var found = new HashMap<UserKey, ContactPoints>();
                users.forEach((key, user) -> found.put(key, user.contactPoints()));
                found.keySet().retainAll(keys);
                return found;
            }

            @Override
            public Optional<User> newest(UserKey key) {
                reach();
                return Optional.ofNullable(users.get(key));
            }

            @Override
            public List<User> list(TenantId tenant, @Nullable UserId after, int limit) {
                return list(tenant, after, limit, _ -> true);
            }

            @Override
            public List<User> withEmail(
                    TenantId tenant, String email, @Nullable UserId after, int limit) {
                return list(
                        tenant,
                        after,
                        limit,
                        user -> email.equalsIgnoreCase(user.details().email()));
            }

            private List<User> list(
                    TenantId tenant, @Nullable UserId after, int limit, Predicate<User> filter) {
                reach();
                return users.entrySet().stream()
                        .filter(entry -> entry.getKey().tenant().equals(tenant))
                        .map(Map.Entry::getValue)
                        .filter(filter)
                        .filter(user ->
                                after == null || user.id().value().compareTo(after.value()) > 0)
                        .sorted(Comparator.comparing(user -> user.id().value()))
                        .limit(limit)
                        .toList();
            }
        };
    }

    UserTimeline userTimeline() {
        return (tenant, user, before, limit) -> {
            reach();
            return notifications.stream()
                    .filter(each -> each.tenant().equals(tenant) && user.equals(userOf(each)))
                    .sorted(Comparator.comparing(Notification::id).reversed())
                    .flatMap(this::entriesOf)
                    .filter(entry -> before == null || isBehind(entry.position(), before))
                    .limit(limit)
                    .toList();
        };
    }

    private Stream<UserTimeline.Entry> entriesOf(Notification notification) {
        var newestFirst = events.getOrDefault(notification.id(), List.of()).reversed();
        return Stream.concat(
                newestFirst.stream().map(event -> entry(notification, event)),
                Stream.of(entry(notification, null)));
    }

    private static UserTimeline.Entry entry(Notification notification, @Nullable Event event) {
        return new UserTimeline.Entry(
                notification.id(),
                notification.channel(),
                notification.wording().template(),
                event);
    }

    private static boolean isBehind(UserTimeline.Position position, UserTimeline.Position before) {
        int order = position.notification().compareTo(before.notification());
        return order < 0 || (order == 0 && position.sequence() < before.sequence());
    }

    Templates templates() {
        return new StoredTemplates(clock, this::reach, templates);
    }

    Categories categories() {
        return new Categories() {
            @Override
            public CategorySet of(TenantId tenant) {
                reach();
                return CategorySet.of(1, categories.getOrDefault(tenant, Map.of()).values());
            }

            @Override
            public Optional<Categories.Stored> put(TenantId tenant, Category category) {
                reach();
                var own = categories.computeIfAbsent(tenant, _ -> new HashMap<>());
                if (own.size() == MAX_OWN && !own.containsKey(category.key())) {
                    return Optional.empty();
                }
                boolean created = own.put(category.key(), category) == null;
                return Optional.of(new Categories.Stored(of(tenant), created));
            }

            @Override
            public Optional<CategorySet> delete(TenantId tenant, String key) {
                reach();
                var own = categories.getOrDefault(tenant, new HashMap<>());
                return own.remove(key) == null ? Optional.empty() : Optional.of(of(tenant));
            }
        };
    }

    KeptAnswers keptAnswers() {
        return new KeptAnswers() {
            @Override
            public Map<IdempotencyKey, KeptAnswer> find(
                    TenantId tenant, Collection<IdempotencyKey> keys) {
                reach();
                var found = new HashMap<IdempotencyKey, KeptAnswer>();
                for (var key : keys) {
                    var answer = kept.get(new TenantKey(tenant, key));
                    if (answer != null) {
                        found.put(key, answer);
                    }
                }
                return found;
            }

            @Override
            public boolean forgetOld(int limit) {
                throw new UnsupportedOperationException("the API forgets nothing");
            }
        };
    }

    private record TenantKey(TenantId tenant, IdempotencyKey key) {}

    Notifications notifications() {
        return new Notifications() {
            @Override
            public void accept(List<Notification> accepted) {
                reach();
                notifications.addAll(accepted);
            }

            @Override
            public Once acceptOnce(
                    TenantId tenant, List<Notification> accepted, List<KeptAnswer> answers) {
                reach();
                var free =
                        answers.stream()
                                .noneMatch(answer ->
                                        kept.containsKey(new TenantKey(tenant, answer.key())));
                if (free) {
                    answers.forEach(
                            answer -> kept.put(new TenantKey(tenant, answer.key()), answer));
                    notifications.addAll(accepted);
                }
                return free ? Once.STORED : Once.KEY_TAKEN;
            }

            @Override
            public Optional<Current> find(TenantId tenant, NotificationId id) {
                reach();
                return notifications.stream()
                        .filter(each -> each.tenant().equals(tenant) && each.id().equals(id))
                        .findFirst()
                        .map(each -> new Current(each, newestOf(id)));
            }

            @Override
            public Found list(
                    TenantId tenant,
                    NotificationFilter filter,
                    @Nullable NotificationId before,
                    int limit) {
                reach();
                var found = new ArrayList<Current>();
                int steps = 0;
                for (var each : newestFirst(tenant)) {
                    if (before != null && each.id().compareTo(before) >= 0) {
                        continue;
                    }
                    var current = new Current(withoutPayload(each), newestOf(each.id()));
                    if (applies(filter, current)) {
                        found.add(current);
                    }
                    if (found.size() == limit || ++steps == MAX_STEPS) {
                        return new Found(found, found.size() == limit ? null : each.id());
                    }
                }
                return new Found(found, null);
            }

            private List<Notification> newestFirst(TenantId tenant) {
                return notifications.stream()
                        .filter(each -> each.tenant().equals(tenant))
                        .sorted(Comparator.comparing(Notification::id).reversed())
                        .toList();
            }
        };
    }

    Timeline timeline() {
        return new Timeline() {
            @Override
            public Set<NotificationId> append(List<Transition> transitions) {
                throw new UnsupportedOperationException("the API appends nothing");
            }

            @Override
            public Map<NotificationId, Event> newest(Collection<NotificationId> wanted) {
                throw new UnsupportedOperationException("the API reads it with the notification");
            }

            @Override
            public List<Event> of(NotificationId notification) {
                reach();
                return events.getOrDefault(notification, List.of());
            }
        };
    }

    Inbox inbox() {
        return new Inbox() {
            @Override
            public void add(List<InboxMessage> messages) {
                reach();
                inbox.addAll(messages);
            }

            @Override
            public List<InboxMessage> list(
                    TenantId tenant, UserId user, @Nullable NotificationId before, int limit) {
                reach();
                return inbox.stream()
                        .filter(each -> each.tenant().equals(tenant) && each.user().equals(user))
                        .filter(each -> before == null || each.notification().compareTo(before) < 0)
                        .sorted(Comparator.comparing(InboxMessage::notification).reversed())
                        .limit(limit)
                        .toList();
            }
        };
    }

    private static boolean applies(NotificationFilter filter, Notifications.Current current) {
        var notification = current.notification();
        var createdAt = notification.id().acceptedAt();
        return isAnyOr(filter.user(), userOf(notification))
                && isAnyOr(filter.status(), current.status())
                && isAnyOr(filter.channel(), notification.channel())
                && isAnyOr(filter.template(), notification.wording().template())
                && (filter.createdAfter() == null || !createdAt.isBefore(filter.createdAfter()))
                && (filter.createdBefore() == null || createdAt.isBefore(filter.createdBefore()));
    }

    private static boolean isAnyOr(@Nullable Object wanted, @Nullable Object there) {
        return wanted == null || wanted.equals(there);
    }

    void happened(Event event) {
        events.computeIfAbsent(event.notification(), _ -> new ArrayList<>()).add(event);
    }

    private @Nullable Event newestOf(NotificationId id) {
        var all = events.get(id);
        return all == null ? null : all.getLast();
    }

    private static @Nullable UserId userOf(Notification notification) {
        return notification.recipient() instanceof Recipient.OfUser(var user) ? user : null;
    }

    private static Notification withoutPayload(Notification full) {
        return new Notification(
                full.tenant(),
                full.id(),
                full.recipient(),
                full.channel(),
                full.lane(),
                full.wording(),
                full.category(),
                full.guarantee(),
                JsonNodeFactory.instance.objectNode(),
                full.metadata(),
                full.traceparent());
    }
}
