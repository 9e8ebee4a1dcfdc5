package io.herald.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.attempt.DecideOutcome;
import io.herald.attempt.RetryPolicies;
import io.herald.attempt.RetryPolicy;
import io.herald.contract.QuietLanes;
import io.herald.contract.SettableClock;
import io.herald.deadletter.DeadLetters;
import io.herald.delivery.DeliverBatch;
import io.herald.delivery.HandOverToInbox;
import io.herald.delivery.MakeMessages;
import io.herald.inbox.Inbox;
import io.herald.intervention.CancelNotification;
import io.herald.intervention.RescheduleNotification;
import io.herald.memory.MemoryStore;
import io.herald.notification.Channel;
import io.herald.notification.NotificationIds;
import io.herald.notification.Timeline;
import io.herald.outbox.LaneLag;
import io.herald.outbox.Outbox;
import io.herald.outbox.Publisher;
import io.herald.outbox.Reconcile;
import io.herald.outbox.Reconciliation;
import io.herald.outbox.RelayOutbox;
import io.herald.schedule.DueWork;
import io.herald.schedule.SettleDueWork;
import io.herald.submission.KeptAnswers;
import io.herald.submission.Notifications;
import io.herald.submission.SubmitNotifications;
import io.herald.template.Preview;
import io.herald.template.RenderedMessage;
import io.herald.template.Renderer;
import io.herald.template.TemplateContent;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The real use cases over the simulated ports, as the composition root wires them. */
final class UseCases {

    static final RetryPolicy RETRIES =
            new RetryPolicy(3, Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofDays(1));
    static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(15);

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration FARTHEST = Duration.ofDays(84);
    private static final Duration PUBLISH_BUDGET = Duration.ofSeconds(1);
    private static final RelayOutbox.Settings RELAY =
            new RelayOutbox.Settings(Duration.ofSeconds(4), Duration.ofSeconds(2), 3, 1_000_000);
    // Few, so that there are steps in between.
    private static final int DUE_ROWS = 3;
    private static final int RECONCILE_ROWS = 3;

    private final Protocol protocol;
    private final Steps steps;
    private final MemoryStore store;
    private final SettableClock clock;
    private final SimulatedKafka kafka;
    private final RandomGenerator random;

    UseCases(
            Protocol protocol,
            Steps steps,
            MemoryStore store,
            SimulatedKafka kafka,
            RandomGenerator random) {
        this.protocol = protocol;
        this.steps = steps;
        this.store = store;
        this.clock = store.clock();
        this.kafka = kafka;
        this.random = random;
    }

    SubmitNotifications submitNotifications() {
        return new SubmitNotifications(
                store.users(),
                store.templates(),
                store.categories(),
                notifications(),
                steps.of(KeptAnswers.class, store.keptAnswers()),
                outbox(),
                publisher(),
                new QuietLanes(),
                QuietLanes.shares(clock),
                new NotificationIds(clock, random),
                PUBLISH_BUDGET,
                FARTHEST);
    }

    /**
     * The function of one invocation.
     *
     * @param provider what becomes of a message that is handed over
     */
    DeliverBatch deliverBatch(Worker worker, SimulatedProvider.Gate provider) {
        var gate = steps.of(SimulatedProvider.Gate.class, provider);
        var email = protocol.handOver(SimulatedProvider.through(gate), timeline());
        var inbox =
                new HandOverToInbox(
                        steps.of(Inbox.class, store.inbox()), SimulatedProvider.TIMEOUT);
        return new DeliverBatch(
                new MakeMessages(
                        store.users(), store.templates(), store.tenants(), new PlainRenderer()),
                worker.remembering(timeline()),
                dueWork(),
                steps.of(DeadLetters.class, store.deadLetters()),
                Map.of(Channel.EMAIL, email, Channel.INBOX, inbox),
                decideOutcome(),
                clock,
                this::nanoTime,
                LEASE);
    }

    CancelNotification cancelNotification() {
        return new CancelNotification(notifications(), timeline(), clock);
    }

    RescheduleNotification rescheduleNotification() {
        return new RescheduleNotification(notifications(), timeline(), clock, FARTHEST);
    }

    Instant now() {
        return clock.instant();
    }

    private Notifications notifications() {
        return steps.of(Notifications.class, store.notifications());
    }

    RelayOutbox relayOutbox() {
        return new RelayOutbox(outbox(), publisher(), timeline(), QuietLanes.room(), clock, RELAY);
    }

    SettleDueWork settleDueWork() {
        return new SettleDueWork(
                dueWork(), timeline(), decideOutcome(), lag(), clock, LOOK_AGAIN_AFTER, DUE_ROWS);
    }

    Reconcile reconcile() {
        return new Reconcile(
                steps.of(Reconciliation.class, store.reconciliation()),
                lag(),
                clock,
                LOOK_AGAIN_AFTER,
                RECONCILE_ROWS);
    }

    private Timeline timeline() {
        return protocol.timeline(steps.of(Timeline.class, store.timeline()));
    }

    private Outbox outbox() {
        return protocol.outbox(steps.of(Outbox.class, store.outbox()));
    }

    private DueWork dueWork() {
        return protocol.dueWork(steps.of(DueWork.class, store.dueWork()));
    }

    private Publisher publisher() {
        return steps.of(Publisher.class, kafka);
    }

    private LaneLag lag() {
        return steps.of(LaneLag.class, kafka);
    }

    private DecideOutcome decideOutcome() {
        return new DecideOutcome(RetryPolicies.alike(RETRIES), clock, random);
    }

    /** Nothing moves the wall clock here, so it is as good as a monotonic one. */
    private long nanoTime() {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Rendering has tests of its own. */
    private static final class PlainRenderer implements Renderer {
        @Override
        public void check(TemplateContent content) {}

        @Override
        public RenderedMessage render(TemplateContent content, Channel channel, JsonNode payload) {
            return channel == Channel.INBOX
                    ? new RenderedMessage.Inbox("Title", null)
                    : new RenderedMessage.Email("Subject", "Text", null);
        }

        @Override
        public Preview preview(TemplateContent content, Channel channel, JsonNode payload) {
            throw new UnsupportedOperationException("nobody previews");
        }
    }
}
