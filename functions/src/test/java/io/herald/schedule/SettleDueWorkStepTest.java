package io.herald.schedule;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.adapter.postgres.PostgresDueWork;
import io.herald.adapter.postgres.PostgresNotifications;
import io.herald.adapter.postgres.PostgresOutbox;
import io.herald.adapter.postgres.PostgresStore;
import io.herald.adapter.postgres.PostgresTimeline;
import io.herald.attempt.DecideOutcome;
import io.herald.attempt.RetryPolicies;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Event;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.outbox.OutboxRow;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SettleDueWorkStepTest {

    private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);

    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    private final TenantId tenant = Samples.tenant();
    private Set<Lane> caughtUp = EnumSet.allOf(Lane.class);

    @Test
    void a_lapsed_lease_that_two_rows_lead_to_is_settled_once() {
        var id = accepted();
        append(Samples.sending(STORE.clock(), id, 1, STORE.clock().instant()));
        watch(id, 0);
        watch(id, 1);

        step();

        assertThat(timeline().of(id)).hasSize(2);
        assertThat(newest(id).status()).isEqualTo(Status.RETRYING);
        // What is left is the row of the retry.
        assertThat(STORE.number("SELECT sequence FROM due")).isEqualTo(2);
    }

    @Test
    void rows_without_a_notification_are_given_up_and_hold_nothing_up() {
        for (int i = 0; i < 3; i++) {
            watch(notMade(), 1);
        }
        STORE.clock().advance(Duration.ofSeconds(1));
        var id = accepted();
        append(Samples.sending(STORE.clock(), id, 1, STORE.clock().instant()));
        watch(id, 1);

        assertThat(step(2)).isTrue();
        step(2);

        assertThat(newest(id).status()).isEqualTo(Status.RETRYING);
        assertThat(STORE.number("SELECT count(*) FROM due")).isEqualTo(1);
    }

    @Test
    void what_never_arrived_is_published_again() {
        var id = accepted();
        watch(id, 0);

        step();

        assertThat(outbox()).extracting(OutboxRow::first).containsExactly(id);
    }

    @Test
    void while_its_lane_is_behind_nothing_is_published_again_and_all_is_looked_at_later() {
        var id = accepted();
        watch(id, 0);
        caughtUp = EnumSet.complementOf(EnumSet.of(Lane.EMAIL));

        step();
        assertThat(outbox()).isEmpty();

        caughtUp = EnumSet.of(Lane.EMAIL);
        STORE.clock().advance(LOOK_AGAIN.minusMillis(1));
        step();
        assertThat(outbox()).isEmpty();
        STORE.clock().advance(Duration.ofMillis(1));
        step();
        assertThat(outbox()).extracting(OutboxRow::first).containsExactly(id);
    }

    private boolean step() {
        return step(500);
    }

    private boolean step(int limit) {
        return new SettleDueWork(
                        dueWork(),
                        timeline(),
                        new DecideOutcome(RetryPolicies.DEFAULT, STORE.clock(), new Random(1)),
                        this::caughtUpTo,
                        STORE.clock(),
                        LOOK_AGAIN,
                        limit)
                .step();
    }

    private Set<Lane> caughtUpTo(Instant time) {
        assertThat(time).isEqualTo(STORE.clock().instant().minus(LOOK_AGAIN.dividedBy(2)));
        return caughtUp;
    }

    /** Accepted, and published by itself. */
    private NotificationId accepted() {
        var notifications = Samples.submission(STORE.clock(), tenant, new UserId("ada"), 1);
        new PostgresNotifications(STORE.database(), STORE.clock(), Store.GRACE)
                .accept(notifications);
        var id = notifications.getFirst().id();
        new PostgresOutbox(STORE.database()).deleteSubmissions(List.of(id));
        return id;
    }

    private NotificationId notMade() {
        return Samples.submission(STORE.clock(), tenant, new UserId("ada"), 1).getFirst().id();
    }

    private void watch(NotificationId id, int sequence) {
        dueWork().watch(List.of(new DueWork.Watch(tenant, id, sequence, STORE.clock().instant())));
    }

    private void append(Event event) {
        assertThat(timeline().append(List.of(Transition.of(tenant, event)))).hasSize(1);
    }

    private Event newest(NotificationId id) {
        return requireNonNull(timeline().newest(List.of(id)).get(id));
    }

    private List<OutboxRow> outbox() {
        return new PostgresOutbox(STORE.database())
                .lease(STORE.clock().instant(), Duration.ZERO, 10, Long.MAX_VALUE);
    }

    private Timeline timeline() {
        return new PostgresTimeline(STORE.database());
    }

    private DueWork dueWork() {
        return new PostgresDueWork(STORE.database(), STORE.clock());
    }
}
