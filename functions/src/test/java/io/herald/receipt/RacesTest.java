package io.herald.receipt;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.adapter.mustache.MustacheRenderer;
import io.herald.adapter.postgres.PostgresDeadLetters;
import io.herald.adapter.postgres.PostgresDueWork;
import io.herald.adapter.postgres.PostgresHistories;
import io.herald.adapter.postgres.PostgresNotifications;
import io.herald.adapter.postgres.PostgresStore;
import io.herald.adapter.postgres.PostgresTemplates;
import io.herald.adapter.postgres.PostgresTenants;
import io.herald.adapter.postgres.PostgresTimeline;
import io.herald.adapter.postgres.PostgresUsers;
import io.herald.attempt.DecideOutcome;
import io.herald.attempt.DecideReceipt;
import io.herald.attempt.Outcome;
import io.herald.attempt.Receipt;
import io.herald.attempt.RetryPolicies;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.delivery.DeliverBatch;
import io.herald.delivery.Draft;
import io.herald.delivery.LaneRecord;
import io.herald.delivery.MakeMessages;
import io.herald.events.DispatchRecords;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Reason;
import io.herald.notification.Recipient;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Timing;
import io.herald.submission.Notification;
import io.herald.template.TemplateContent;
import io.herald.template.Wording;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Receipts against the outcome that the worker records at the same moment, on a real Postgres,
 * again and again: whoever comes first, the end is the same, and both ways occur.
 */
@Timeout(300)
final class RacesTest {
    private static final int ROUNDS = 40;
    private static final int BATCH = 5;
    private static final Reason REASON = new Reason("some_reason", "For some reason.");

    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    private final TenantId tenant = Samples.tenant();
    private final NotificationIds ids = new NotificationIds(STORE.clock(), new Random(1));
    private final Random random = new Random(1);
    private final CyclicBarrier together = new CyclicBarrier(2);
    private final TakeReceipts take =
            new TakeReceipts(
                    new PostgresHistories(STORE.database()),
                    timeline(),
                    new DecideReceipt(STORE.clock()));

    /**
     * What happens at the same time, and what comes of it in either order.
     *
     * @param ends the status after the outcome came first, and after the receipts did
     */
    record Case(
            Outcome outcome, Guarantee guarantee, List<Receipt.Kind> receipts, Set<Status> ends) {}

    static Stream<Case> a_receipt_and_an_outcome_come_to_the_same_end_in_either_order() {
        var sent = new Outcome.Sent("m-1");
        var lost = new Outcome.Lost(REASON);
        return Stream.of(
                new Case(
                        sent,
                        Guarantee.AT_LEAST_ONCE,
                        List.of(Receipt.Kind.DELIVERED),
                        Set.of(Status.DELIVERED)),
                new Case(
                        sent,
                        Guarantee.AT_LEAST_ONCE,
                        List.of(Receipt.Kind.BOUNCED, Receipt.Kind.SENT, Receipt.Kind.DELIVERED),
                        Set.of(Status.BOUNCED)),
                new Case(
                        lost,
                        Guarantee.AT_LEAST_ONCE,
                        List.of(Receipt.Kind.SENT, Receipt.Kind.DELIVERED),
                        Set.of(Status.DELIVERED)),
                new Case(
                        lost,
                        Guarantee.AT_MOST_ONCE,
                        List.of(Receipt.Kind.SENT),
                        Set.of(Status.SENT)),
                new Case(
                        lost,
                        Guarantee.AT_MOST_ONCE,
                        List.of(Receipt.Kind.REFUSED),
                        Set.of(Status.FAILED)),
                // Refused after it was decided to try again, it is tried again.
                new Case(
                        lost,
                        Guarantee.AT_LEAST_ONCE,
                        List.of(Receipt.Kind.REFUSED),
                        Set.of(Status.FAILED, Status.RETRYING)));
    }

    @ParameterizedTest
    @MethodSource
    void a_receipt_and_an_outcome_come_to_the_same_end_in_either_order(Case race) throws Exception {
        var firsts = new HashMap<Boolean, Integer>();
        for (int round = 0; round < ROUNDS || firsts.size() < 2; round++) {
            assertThat(round).as("rounds until each came first; so far %s", firsts).isLessThan(500);
            var batch = accepted(race.guarantee());
            // A little ahead of the other, now this one and now that one.
            var ahead = Duration.ofNanos(random.nextLong(4_000_000));
            boolean outcomeAhead = random.nextBoolean();

            run(
                    () -> {
                        deliver(
                                batch,
                                drafts -> {
                                    await();
                                    LockSupport.parkNanos(outcomeAhead ? 0 : ahead.toNanos());
                                    return outcomes(drafts, race.outcome());
                                });
                        return true;
                    },
                    () -> {
                        await();
                        LockSupport.parkNanos(outcomeAhead ? ahead.toNanos() : 0);
                        take.take(receiptsOf(batch, race.receipts()));
                        return true;
                    });

            for (var notification : batch) {
                var events = timeline().of(notification.id());
                assertThat(events.getLast().status()).as("%s", events).isIn(race.ends());
                assertThat(events)
                        .extracting(Event::sequence)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, events.size()).boxed().toList());
                // By whom: a receipt says of which attempt it is.
                firsts.merge(events.get(1).about() == null, 1, Integer::sum);
                assertDueRows(notification.id(), events.getLast());
            }
        }
    }

    @Test
    void the_same_receipt_twice_at_the_same_time_is_stored_once() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var batch = accepted(Guarantee.AT_LEAST_ONCE);
            deliver(batch);
            var receipts = receiptsOf(batch, List.of(Receipt.Kind.SENT, Receipt.Kind.DELIVERED));
            Callable<Boolean> taking =
                    () -> {
                        await();
                        take.take(receipts);
                        return true;
                    };

            run(taking, taking);

            for (var notification : batch) {
                assertThat(timeline().of(notification.id()))
                        .extracting(Event::kind)
                        .containsExactly(EventKind.CLAIMED, EventKind.SENT, EventKind.DELIVERED);
            }
        }
    }

    @Test
    void opposite_receipts_at_the_same_time_lose_neither() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var batch = accepted(Guarantee.AT_LEAST_ONCE);
            deliver(batch);

            run(
                    () -> {
                        await();
                        take.take(receiptsOf(batch, List.of(Receipt.Kind.DELIVERED)));
                        return true;
                    },
                    () -> {
                        await();
                        take.take(receiptsOf(batch.reversed(), List.of(Receipt.Kind.BOUNCED)));
                        return true;
                    });

            for (var notification : batch) {
                var events = timeline().of(notification.id());
                assertThat(events)
                        .extracting(Event::kind)
                        .contains(EventKind.DELIVERED, EventKind.BOUNCED);
                assertThat(events.getLast().status()).isEqualTo(Status.BOUNCED);
            }
        }
    }

    /** A due row stands for the newest event, or there is none. */
    private static void assertDueRows(NotificationId id, Event newest) {
        var ofIt = "SELECT count(*) FROM due WHERE notification_id = '%s'".formatted(id);
        var ofNewest = ofIt + " AND sequence = " + newest.sequence();
        assertThat(STORE.number(ofIt)).isEqualTo(newest.until() == null ? 0 : 1);
        assertThat(STORE.number(ofNewest)).isEqualTo(newest.until() == null ? 0 : 1);
    }

    private List<Receipt> receiptsOf(List<Notification> batch, List<Receipt.Kind> kinds) {
        var receipts = new ArrayList<Receipt>();
        for (var kind : kinds) {
            for (var notification : batch) {
                receipts.add(
                        new Receipt(
                                tenant,
                                notification.id(),
                                1,
                                kind,
                                STORE.clock().instant(),
                                null,
                                "m-1"));
            }
        }
        return receipts;
    }

    private void deliver(List<Notification> batch) {
        deliver(batch, drafts -> outcomes(drafts, new Outcome.Sent("m-1")));
    }

    private interface Handing {
        List<Outcome> over(List<Draft> drafts);
    }

    private static List<Outcome> outcomes(List<Draft> drafts, Outcome outcome) {
        return drafts.stream().map(_ -> outcome).toList();
    }

    private void deliver(List<Notification> batch, Handing handing) {
        new DeliverBatch(
                        new MakeMessages(
                                new PostgresUsers(STORE.database(), STORE.clock()),
                                new PostgresTemplates(STORE.database(), STORE.clock()),
                                new PostgresTenants(STORE.database(), STORE.clock()),
                                new MustacheRenderer()),
                        timeline(),
                        new PostgresDueWork(STORE.database(), STORE.clock()),
                        new PostgresDeadLetters(STORE.database(), STORE.clock()),
                        Map.of(Channel.EMAIL, (drafts, _) -> handing.over(drafts)),
                        new DecideOutcome(RetryPolicies.DEFAULT, STORE.clock(), new Random(1)),
                        STORE.clock(),
                        () -> 0,
                        Duration.ofSeconds(30))
                .deliver(batch.stream().map(RacesTest::record).toList());
    }

    private static LaneRecord record(Notification notification) {
        var first = notification.asFirstRecord();
        return new LaneRecord(
                "herald.email", 0, 0, DispatchRecords.key(first), DispatchRecords.encode(first));
    }

    private List<Notification> accepted(Guarantee guarantee) {
        var batch =
                ids.consecutive(BATCH).stream()
                        .map(id ->
                                new Notification(
                                        tenant,
                                        id,
                                        new Recipient.At("eve@example.org"),
                                        Channel.EMAIL,
                                        Lane.EMAIL,
                                        new Wording.Own(
                                                new TemplateContent(
                                                        new TemplateContent.Email(
                                                                "Hi", "Text", null),
                                                        null,
                                                        null,
                                                        Set.of(),
                                                        "transactional")),
                                        "transactional",
                                        guarantee,
                                        Samples.object(),
                                        null,
                                        null,
                                        Timing.AT_ONCE))
                        .toList();
        new PostgresNotifications(STORE.database(), STORE.clock(), Store.GRACE).accept(batch);
        return batch;
    }

    private static Timeline timeline() {
        return new PostgresTimeline(STORE.database());
    }

    private static void run(Callable<Boolean> one, Callable<Boolean> other) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var ended : executor.invokeAll(List.of(one, other))) {
                assertThat(ended.get()).isTrue();
            }
        }
    }

    private void await() {
        try {
            together.await(30, SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
