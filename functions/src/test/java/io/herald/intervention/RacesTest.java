package io.herald.intervention;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.adapter.postgres.PostgresDueWork;
import io.herald.adapter.postgres.PostgresNotifications;
import io.herald.adapter.postgres.PostgresOutbox;
import io.herald.adapter.postgres.PostgresStore;
import io.herald.adapter.postgres.PostgresTimeline;
import io.herald.attempt.Claim;
import io.herald.attempt.DecideOutcome;
import io.herald.attempt.RetryPolicies;
import io.herald.attempt.Terms;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Timing;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.schedule.SettleDueWork;
import io.herald.submission.Notifications;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two at the same notification at the same time, on a real Postgres, again and again: one of them
 * wins, the other one knows, and both ways occur.
 */
final class RacesTest {
    private static final int ROUNDS = 200;
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);
    private static final Instant TIME = Store.START.plusSeconds(60);
    private static final Instant NEW_TIME = Store.START.plusSeconds(7200);

    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    private final TenantId tenant = Samples.tenant();

    @Test
    void a_cancel_and_a_claim_never_both_win() throws Exception {
        var ends = new EnumMap<Status, Integer>(Status.class);
        for (int round = 0; round < ROUNDS; round++) {
            var id = accepted(Timing.AT_ONCE);

            var both = race(() -> cancel(id), () -> claim(id));

            boolean claimed = both.second();
            assertThat(both.first() instanceof Intervention.Done).isNotEqualTo(claimed);
            var events = timeline().of(id);
            assertThat(events)
                    .extracting(Event::status)
                    .containsExactly(claimed ? Status.SENDING : Status.CANCELLED);
            ends.merge(events.getLast().status(), 1, Integer::sum);
            if (claimed) {
                assertThat(both.first())
                        .isEqualTo(
                                new Intervention.Refused(
                                        Status.SENDING, "It is being sent at this moment."));
            }
        }
        assertBothHappened(ends);
    }

    @Test
    void what_is_cancelled_while_it_is_released_is_released_first_or_not_at_all() throws Exception {
        var lengths = new EnumMap<Status, Integer>(Status.class);
        STORE.clock().set(TIME);
        for (int round = 0; round < ROUNDS; round++) {
            var id = accepted(new Timing(TIME, null));

            var both = race(() -> cancel(id), this::release);

            assertThat(both.first()).isInstanceOf(Intervention.Done.class);
            var statuses = timeline().of(id).stream().map(Event::status).toList();
            assertThat(statuses)
                    .isIn(
                            List.of(Status.SCHEDULED, Status.CANCELLED),
                            List.of(Status.SCHEDULED, Status.PENDING, Status.CANCELLED));
            lengths.merge(statuses.get(1), 1, Integer::sum);
            // Whoever was first, what was released is claimed by nobody now.
            assertThat(claim(id)).isFalse();
            assertThat(STORE.number("SELECT count(*) FROM due")).isZero();
        }
        assertBothHappened(lengths);
    }

    @Test
    void what_was_rescheduled_is_not_released_at_the_old_time() throws Exception {
        var ends = new EnumMap<Status, Integer>(Status.class);
        STORE.clock().set(TIME);
        for (int round = 0; round < ROUNDS; round++) {
            var id = accepted(new Timing(TIME, null));

            var both =
                    race(
                            () ->
                                    new RescheduleNotification(
                                                    notifications(),
                                                    timeline(),
                                                    STORE.clock(),
                                                    Duration.ofDays(84))
                                            .reschedule(tenant, id, NEW_TIME),
                            this::release);

            // As it was left, so it stays, however often due work looks again.
            release();
            var newest = requireNonNull(timeline().newest(List.of(id)).get(id));
            ends.merge(newest.status(), 1, Integer::sum);
            if (both.first() instanceof Intervention.Done) {
                assertThat(newest.kind()).isEqualTo(EventKind.RESCHEDULED);
                assertThat(newest.until()).isEqualTo(NEW_TIME);
                assertThat(outboxRows()).isZero();
                assertThat(dueAt(NEW_TIME.minusMillis(1))).isZero();
                assertThat(dueAt(NEW_TIME)).isEqualTo(1);
            } else {
                assertThat(both.first())
                        .isInstanceOfSatisfying(
                                Intervention.Refused.class,
                                refused -> assertThat(refused.status()).isEqualTo(Status.PENDING));
                assertThat(newest.kind()).isEqualTo(EventKind.RELEASED);
                assertThat(outboxRows()).isEqualTo(1);
            }
            emptyQueues();
        }
        assertBothHappened(ends);
    }

    private static void assertBothHappened(Map<Status, Integer> ends) {
        assertThat(ends).as("who won how often").hasSize(2);
    }

    private record Both<A, B>(A first, B second) {}

    private static <A, B> Both<A, B> race(Callable<A> first, Callable<B> second) throws Exception {
        var start = new CyclicBarrier(2);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one =
                    threads.submit(() -> {
                        start.await();
                        return first.call();
                    });
            var other =
                    threads.submit(() -> {
                        start.await();
                        return second.call();
                    });
            return new Both<>(one.get(), other.get());
        }
    }

    private Intervention cancel(NotificationId id) {
        return new CancelNotification(notifications(), timeline(), STORE.clock())
                .cancel(tenant, id);
    }

    /** As delivery does with a record of the acceptance. */
    private boolean claim(NotificationId id) {
        var now = STORE.clock().instant();
        var claim =
                new Claim(
                        tenant,
                        id,
                        1,
                        1,
                        new Terms(Channel.EMAIL, Guarantee.AT_LEAST_ONCE, now, null),
                        now,
                        now.plusSeconds(30));
        while (true) {
            if (!timeline().append(List.of(Transition.of(tenant, claim.event()))).isEmpty()) {
                return true;
            }
            switch (claim.afterLosing(timeline().newest(List.of(id)).get(id))) {
                case Claim.Decision.Again(var again) -> claim = again;
                case Claim.Decision.Watch _, Claim.Decision.Stale _ -> {
                    return false;
                }
            }
        }
    }

    private boolean release() {
        return new SettleDueWork(
                        new PostgresDueWork(STORE.database(), STORE.clock()),
                        timeline(),
                        new DecideOutcome(RetryPolicies.DEFAULT, STORE.clock(), new Random(1)),
                        _ -> EnumSet.allOf(Lane.class),
                        STORE.clock(),
                        LOOK_AGAIN,
                        500)
                .step();
    }

    private NotificationId accepted(Timing timing) {
        var plain = Samples.submission(STORE.clock(), tenant, new UserId("ada"), 1).getFirst();
        notifications().accept(List.of(Samples.timed(plain, timing)));
        return plain.id();
    }

    private long outboxRows() throws Exception {
        return STORE.number("SELECT count(*) FROM outbox");
    }

    private int dueAt(Instant time) {
        return new PostgresDueWork(STORE.database(), STORE.clock()).due(time, 10).rows().size();
    }

    private void emptyQueues() throws Exception {
        var outbox = new PostgresOutbox(STORE.database());
        outbox.delete(outbox.lease(NEW_TIME, Duration.ZERO, 10, Long.MAX_VALUE));
        STORE.number("WITH gone AS (DELETE FROM due RETURNING 1) SELECT count(*) FROM gone");
    }

    private Notifications notifications() {
        return new PostgresNotifications(STORE.database(), STORE.clock(), Store.GRACE);
    }

    private Timeline timeline() {
        return new PostgresTimeline(STORE.database());
    }
}
