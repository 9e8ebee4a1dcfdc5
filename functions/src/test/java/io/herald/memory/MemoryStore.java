package io.herald.memory;

import io.herald.audience.User;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.deadletter.DeadLetterId;
import io.herald.deadletter.DeadLetters;
import io.herald.deadletter.UndecodableRecord;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.job.JobId;
import io.herald.job.Jobs;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.UserTimeline;
import io.herald.outbox.Outbox;
import io.herald.outbox.Reconciliation;
import io.herald.receipt.Histories;
import io.herald.schedule.DueWork;
import io.herald.submission.KeptAnswers;
import io.herald.submission.Notification;
import io.herald.submission.Notifications;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import io.herald.tenant.IssuedKey;
import io.herald.tenant.IssuedKeys;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Keys;
import io.herald.tenant.Tenant;
import io.herald.tenant.Tenants;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every port over one state in memory. A call of a port is one transaction: no other call gets in
 * between. Also shows what is stored, for tests that look behind the ports.
 */
public final class MemoryStore implements Store {

    private static final int LIST_STEPS = 1_000;

    private final SettableClock clock;
    private final int listSteps;
    private final MemoryState state;
    private final Map<UserKey, User> users = new HashMap<>();
    private final Map<UserKey, Long> userVersions = new HashMap<>();
    private final Map<TemplateKey, List<MemoryTemplates.Version>> templates = new HashMap<>();
    private final Map<TenantId, Map<String, Category>> categories = new HashMap<>();
    private final Map<TenantId, Long> categoryRevisions = new HashMap<>();
    private final Map<String, Tenant> tenants = new HashMap<>();
    private final Map<KeyHash, IssuedKey> keys = new LinkedHashMap<>();
    private final NavigableMap<NotificationId, InboxMessage> inbox = new TreeMap<>();
    private final NavigableSet<UndecodableRecord> deadLetters =
            new TreeSet<>(MemoryDeadLetters.BY_OFFSET);
    private final Set<DeadLetterId> discarded = new HashSet<>();
    private final Map<JobId, MemoryJobs.Row> jobs = new LinkedHashMap<>();

    public MemoryStore() {
        this(new SettableClock(START), LIST_STEPS);
    }

    /**
     * An empty store.
     *
     * @param listSteps how many notifications a list looks at
     */
    public MemoryStore(SettableClock clock, int listSteps) {
        this.clock = clock;
        this.listSteps = listSteps;
        this.state = new MemoryState(clock);
    }

    private <T> T atomic(Class<T> port, T target) {
        return Ports.around(
                port,
                target,
                call -> {
                    synchronized (state) {
                        return call.proceed();
                    }
                });
    }

    @Override
    public SettableClock clock() {
        return clock;
    }

    @Override
    public Notifications notifications() {
        return atomic(Notifications.class, new MemoryNotifications(state, GRACE, listSteps));
    }

    @Override
    public KeptAnswers keptAnswers() {
        return atomic(KeptAnswers.class, new MemoryKeptAnswers(state));
    }

    @Override
    public Timeline timeline() {
        return atomic(Timeline.class, new MemoryTimeline(state));
    }

    @Override
    public UserTimeline userTimeline() {
        return atomic(UserTimeline.class, new MemoryUserTimeline(state));
    }

    @Override
    public Histories histories() {
        return atomic(Histories.class, new MemoryHistories(state));
    }

    @Override
    public Outbox outbox() {
        return atomic(Outbox.class, new MemoryOutbox(state));
    }

    @Override
    public DueWork dueWork() {
        return atomic(DueWork.class, new MemoryDueWork(state));
    }

    @Override
    public Reconciliation reconciliation() {
        return atomic(Reconciliation.class, new MemoryReconciliation(state));
    }

    @Override
    public Users users() {
        return atomic(Users.class, new MemoryUsers(clock, users, userVersions));
    }

    @Override
    public Templates templates() {
        return atomic(Templates.class, new MemoryTemplates(clock, templates));
    }

    @Override
    public Categories categories() {
        return atomic(Categories.class, new MemoryCategories(categories, categoryRevisions));
    }

    @Override
    public Tenants tenants() {
        return atomic(Tenants.class, new MemoryTenants(tenants));
    }

    @Override
    public Keys keys() {
        return atomic(Keys.class, new MemoryKeys(clock, keys));
    }

    @Override
    public IssuedKeys issuedKeys() {
        return atomic(IssuedKeys.class, new MemoryKeys(clock, keys));
    }

    @Override
    public Inbox inbox() {
        return atomic(Inbox.class, new MemoryInbox(inbox));
    }

    @Override
    public DeadLetters deadLetters() {
        return atomic(DeadLetters.class, memoryDeadLetters());
    }

    private MemoryDeadLetters memoryDeadLetters() {
        return new MemoryDeadLetters(state, tenants, deadLetters, discarded, listSteps);
    }

    @Override
    public Jobs jobs() {
        return atomic(Jobs.class, new MemoryJobs(state, memoryDeadLetters(), jobs));
    }

    /** All that were accepted, the oldest first. */
    public List<Notification> accepted() {
        return List.copyOf(state.notifications.values());
    }

    /** All users; what is removed here is gone. */
    public Map<UserKey, User> allUsers() {
        return users;
    }

    /** The keys of all templates, also of those that are archived; what is removed here is gone. */
    public Collection<TemplateKey> allTemplates() {
        return templates.keySet();
    }

    /** All tenants that have had categories of their own, with those they have. */
    public Map<TenantId, Map<String, Category>> allCategories() {
        return Collections.unmodifiableMap(categories);
    }

    /** The records that were kept, by topic, partition and offset. */
    public List<UndecodableRecord> allDeadLetters() {
        return List.copyOf(deadLetters);
    }

    /** When the next outbox row shows; empty when there is none. */
    public Optional<Instant> nextOutboxRow() {
        return state.outbox.values().stream()
                .map(MemoryState.Waiting::availableAt)
                .min(Instant::compareTo);
    }

    /** When the next due row is due; empty when there is none. */
    public Optional<Instant> nextDueRow() {
        return state.due.values().stream().map(MemoryState.Due::at).min(Instant::compareTo);
    }

    /** When the oldest notification was accepted that was not yet reconciled; empty for none. */
    public Optional<Instant> nextToReconcile() {
        return state.notifications.values().stream()
                .filter(each -> !each.id().acceptedAt().isBefore(state.position(each.lane())))
                .map(each -> each.id().acceptedAt())
                .findFirst();
    }

    /** What waits in outbox and due work, to be shown. */
    public String leftOver() {
        return "outbox " + state.outbox + ", due " + state.due;
    }
}
