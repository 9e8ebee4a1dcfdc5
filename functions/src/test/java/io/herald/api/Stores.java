package io.herald.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeptAnswers;
import io.herald.submission.Notification;
import io.herald.submission.Notifications;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateVersion;
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
import org.jspecify.annotations.Nullable;

/** What is stored, in memory; every port looks through {@link #reach} first. */
final class Stores {
    final Map<KeyHash, Access> keys = new HashMap<>();
    final Map<UserKey, User> users = new HashMap<>();
    final Map<TemplateKey, List<Template>> templates = new HashMap<>();
    final List<Notification> notifications = new ArrayList<>();
    final Map<NotificationId, List<Event>> events = new HashMap<>();
    final List<InboxMessage> inbox = new ArrayList<>();
    private final Map<TenantKey, KeptAnswer> kept = new HashMap<>();

    private final Clock clock;
    private @Nullable RuntimeException fault;

    Stores(Clock clock) {
        this.clock = clock;
    }

    void goDown() {
        failWith(new StoreUnavailableException("down", new IllegalStateException()));
    }

    void failWith(RuntimeException e) {
        fault = e;
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
                                details.email(),
                                details.webhookUrl(),
                                details.locale(),
                                details.timezone(),
                                details.attributes(),
                                before == null ? 1 : before.version() + 1,
                                before == null ? clock.instant() : before.createdAt(),
                                clock.instant());
                users.put(key, user);
                return new Users.Stored(user, before == null);
            }

            @Override
            public Map<UserKey, User> find(Collection<UserKey> keys) {
                reach();
                var found = new HashMap<>(users);
                found.keySet().retainAll(keys);
                return found;
            }
        };
    }

    Templates templates() {
        return new Templates() {
            @Override
            public Templates.Stored put(TemplateKey key, TemplateContent content) {
                reach();
                var versions = templates.computeIfAbsent(key, _ -> new ArrayList<>());
                if (!versions.isEmpty() && versions.getLast().content().equals(content)) {
                    return new Templates.Stored(versions.getLast(), Change.UNCHANGED);
                }
                versions.add(
                        new Template(key.key(), versions.size() + 1, content, clock.instant()));
                return new Templates.Stored(
                        versions.getLast(), versions.size() == 1 ? Change.CREATED : Change.CHANGED);
            }

            @Override
            public Map<TemplateKey, Template> newest(Collection<TemplateKey> keys) {
                reach();
                var found = new HashMap<TemplateKey, Template>();
                for (var key : keys) {
                    if (templates.containsKey(key)) {
                        found.put(key, templates.get(key).getLast());
                    }
                }
                return found;
            }

            @Override
            public Map<TemplateVersion, Template> find(Collection<TemplateVersion> wanted) {
                reach();
                var found = new HashMap<TemplateVersion, Template>();
                for (var version : wanted) {
                    templates
                            .getOrDefault(
                                    new TemplateKey(version.tenant(), version.key()), List.of())
                            .stream()
                            .filter(template -> template.version() == version.version())
                            .forEach(template -> found.put(version, template));
                }
                return found;
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
            public boolean acceptOnce(
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
                return free;
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
            public List<Current> list(
                    TenantId tenant, UserId user, @Nullable NotificationId before, int limit) {
                reach();
                return notifications.stream()
                        .filter(each -> each.tenant().equals(tenant) && each.user().equals(user))
                        .filter(each -> before == null || each.id().compareTo(before) < 0)
                        .sorted(Comparator.comparing(Notification::id).reversed())
                        .limit(limit)
                        .map(each -> new Current(withoutPayload(each), newestOf(each.id())))
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

    void happened(Event event) {
        events.computeIfAbsent(event.notification(), _ -> new ArrayList<>()).add(event);
    }

    private @Nullable Event newestOf(NotificationId id) {
        var all = events.get(id);
        return all == null ? null : all.getLast();
    }

    private static Notification withoutPayload(Notification full) {
        return new Notification(
                full.tenant(),
                full.id(),
                full.user(),
                full.channel(),
                full.lane(),
                full.template(),
                full.templateVersion(),
                full.category(),
                full.guarantee(),
                JsonNodeFactory.instance.objectNode(),
                full.metadata(),
                full.traceparent());
    }
}
