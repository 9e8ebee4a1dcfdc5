package io.herald.api;

import io.herald.audience.User;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.contract.SettableClock;
import io.herald.deadletter.DeadLetters;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.job.Jobs;
import io.herald.memory.MemoryStore;
import io.herald.memory.Ports;
import io.herald.notification.Event;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UserTimeline;
import io.herald.outbox.Outbox;
import io.herald.receipt.Histories;
import io.herald.submission.KeptAnswers;
import io.herald.submission.Notification;
import io.herald.submission.Notifications;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import io.herald.tenant.Keys;
import java.util.AbstractList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is stored, in memory, and may go down. */
final class Stores {
    /** How many notifications a list looks at; few, so that tests see it end early. */
    static final int MAX_STEPS = 50;

    final MemoryStore memory;
    final Map<UserKey, User> users;
    final Collection<TemplateKey> templates;
    final Map<TenantId, Map<String, Category>> categories;

    /** All that were accepted, the oldest first. */
    final List<Notification> notifications =
            new AbstractList<>() {
                @Override
                public Notification get(int index) {
                    return memory.accepted().get(index);
                }

                @Override
                public int size() {
                    return memory.accepted().size();
                }
            };

    private @Nullable RuntimeException fault;
    private Runnable beforeUserChanges = () -> {};

    Stores(SettableClock clock) {
        memory = new MemoryStore(clock, MAX_STEPS);
        users = memory.allUsers();
        templates = memory.allTemplates();
        categories = memory.allCategories();
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

    private <T> T reached(Class<T> port, T target) {
        return Ports.around(
                port,
                target,
                call -> {
                    if (fault != null) {
                        throw fault;
                    }
                    switch (call.name()) {
                        case "Users.putIfUnchanged", "Users.delete" -> beforeUserChanges.run();
                        default -> {}
                    }
                    return call.proceed();
                });
    }

    Keys keys() {
        return reached(Keys.class, memory.keys());
    }

    Users users() {
        return reached(Users.class, memory.users());
    }

    Templates templates() {
        return reached(Templates.class, memory.templates());
    }

    Categories categories() {
        return reached(Categories.class, memory.categories());
    }

    KeptAnswers keptAnswers() {
        return reached(KeptAnswers.class, memory.keptAnswers());
    }

    Notifications notifications() {
        return reached(Notifications.class, memory.notifications());
    }

    Timeline timeline() {
        return reached(Timeline.class, memory.timeline());
    }

    UserTimeline userTimeline() {
        return reached(UserTimeline.class, memory.userTimeline());
    }

    Histories histories() {
        return reached(Histories.class, memory.histories());
    }

    Outbox outbox() {
        return reached(Outbox.class, memory.outbox());
    }

    Inbox inbox() {
        return reached(Inbox.class, memory.inbox());
    }

    DeadLetters deadLetters() {
        return reached(DeadLetters.class, memory.deadLetters());
    }

    Jobs jobs() {
        return reached(Jobs.class, memory.jobs());
    }

    void inboxHas(InboxMessage message) {
        memory.inbox().add(List.of(message));
    }

    /** Appends an event to a notification of the first tenant or the other. */
    void happened(Event event) {
        var tenant =
                notifications.stream()
                        .filter(each -> each.id().equals(event.notification()))
                        .findFirst()
                        .orElseThrow()
                        .tenant();
        memory.timeline().append(List.of(Transition.of(tenant, event)));
    }
}
