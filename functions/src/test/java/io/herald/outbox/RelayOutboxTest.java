package io.herald.outbox;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.adapter.postgres.PostgresNotifications;
import io.herald.adapter.postgres.PostgresOutbox;
import io.herald.adapter.postgres.PostgresStore;
import io.herald.adapter.postgres.PostgresTimeline;
import io.herald.contract.QuietLanes;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.events.DispatchRecord;
import io.herald.notification.Event;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.submission.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RelayOutboxTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration BUDGET = Duration.ofSeconds(10);
    private static final int ROWS = 2;
    private static final Publisher.Result PUBLISHED = new Publisher.Result.Published();

    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    private final TenantId tenant = Samples.tenant();
    private final List<DispatchRecord> published = new ArrayList<>();
    private Function<DispatchRecord, Publisher.Result> kafka = _ -> PUBLISHED;
    private boolean available = true;
    private long bytes = 1024 * 1024;
    private LaneRoom room = QuietLanes.room();
    private @Nullable RelayOutbox relay;

    @Test
    void what_is_published_is_gone_from_the_outbox() {
        var accepted = accepted(3);

        step();

        assertThat(published)
                .containsExactlyElementsOf(
                        accepted.stream().map(one -> one.asFirstRecord().asRelayed()).toList());
        assertThat(rows()).isZero();
    }

    @Test
    void it_goes_on_at_once_until_nothing_is_left() {
        for (int i = 0; i < ROWS + 1; i++) {
            accepted(1);
        }

        assertThat(step()).isTrue();
        assertThat(published).hasSize(ROWS);
        assertThat(step()).isTrue();
        assertThat(step()).isFalse();
        assertThat(published).hasSize(ROWS + 1);
    }

    @Test
    void a_lane_gets_no_more_than_it_has_room_for() {
        for (int i = 0; i < 3; i++) {
            accepted(100);
            STORE.clock().advance(Duration.ofMillis(1));
        }
        var lanes = new SetLanes();
        lanes.backlog(Lane.EMAIL, 50, 0);
        room = lanes.room(Duration.ofSeconds(2), 200);

        // Room for 150: the second row is the last that begins within it.
        step();
        assertThat(published).hasSize(200);
        assertThat(step()).isFalse();
        assertThat(published).hasSize(200);

        lanes.backlog(Lane.EMAIL, 0, 250);
        lanes.pass(Duration.ofSeconds(1));
        step();
        assertThat(published).hasSize(300);
    }

    @Test
    void what_stays_within_its_share_passes_a_flood() {
        var now = STORE.clock().instant();
        var flood = Samples.submission(STORE.clock(), tenant, new UserId("ada"), 3);
        for (var one : flood) {
            held(one, now.plusSeconds(600));
        }
        STORE.clock().advance(Duration.ofSeconds(1));
        var other = Samples.tenant();
        var password = Samples.submission(STORE.clock(), other, new UserId("grace"), 1).getFirst();
        held(password, STORE.clock().instant());

        step();

        assertThat(published.getFirst().id()).isEqualTo(password.id().value());
    }

    private void held(Notification one, Instant turn) {
        new PostgresNotifications(STORE.database(), STORE.clock(), Duration.ZERO)
                .accept(List.of(one), Map.of(one.lane(), new Turn(turn, true)));
    }

    @Test
    void heavy_submissions_are_taken_one_at_a_time() {
        accepted(100);
        accepted(100);
        bytes = 10_000;

        step();
        assertThat(published).hasSize(100);
        step();
        assertThat(published).hasSize(200);
    }

    @Test
    void nothing_is_leased_while_kafka_would_not_be_asked() {
        accepted(1);
        available = false;

        assertThat(step()).isFalse();
        assertThat(STORE.number("SELECT tries FROM outbox")).isZero();

        available = true;
        step();
        assertThat(published).hasSize(1);
    }

    @Test
    void each_row_waits_by_its_own_tries() {
        kafka = _ -> new Publisher.Result.Unavailable("no leader");
        accepted(1);
        step();
        STORE.clock().advance(Duration.ofSeconds(1));
        accepted(1);
        step();

        // The first has been tried twice and the second once.
        var now = STORE.clock().instant();
        assertThat(outbox().lease(now.plusSeconds(1), LEASE, 10, bytes)).hasSize(1);
        assertThat(outbox().lease(now.plusMillis(1_999), LEASE, 10, bytes)).isEmpty();
        assertThat(outbox().lease(now.plusSeconds(2), LEASE, 10, bytes)).hasSize(1);
    }

    @Test
    void what_kafka_does_not_take_now_stays_and_is_tried_again_after_a_while() {
        var record = accepted(1).getFirst().asFirstRecord().asRelayed();
        kafka = _ -> new Publisher.Result.Unavailable("no leader");

        step();
        assertThat(rows()).isEqualTo(1);

        STORE.clock().advance(Duration.ofMillis(999));
        step();
        assertThat(published).containsExactly(record);

        kafka = _ -> PUBLISHED;
        STORE.clock().advance(Duration.ofMillis(1));
        step();
        assertThat(published).containsExactly(record, record);
        assertThat(rows()).isZero();
    }

    @Test
    void an_outage_puts_off_only_the_rows_it_met() {
        var first = accepted(1).getFirst();
        accepted(1);
        kafka =
                record ->
                        record.id().equals(first.id().value())
                                ? new Publisher.Result.Unavailable("no leader")
                                : PUBLISHED;

        assertThat(step()).isTrue();
        assertThat(step()).isFalse();

        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void what_lies_behind_rows_that_kafka_does_not_take_is_published_at_once() {
        for (int i = 0; i < 3 * ROWS; i++) {
            accepted(1);
        }
        var behind = accepted(1).getFirst().id().value();
        kafka =
                record ->
                        record.id().equals(behind)
                                ? PUBLISHED
                                : new Publisher.Result.Unavailable("no leader");

        while (step()) {}

        assertThat(published).extracting(DispatchRecord::id).contains(behind);
    }

    @Test
    void while_kafka_takes_nothing_it_pauses_now_and_then() {
        for (int i = 0; i < 20; i++) {
            accepted(1);
        }
        kafka = _ -> new Publisher.Result.Unavailable("no leader");

        for (int i = 0; i < 4; i++) {
            assertThat(step()).isTrue();
        }
        assertThat(step()).isFalse();
        assertThat(step()).isTrue();
    }

    @Test
    void what_kafka_will_never_take_has_failed_and_the_others_are_published() {
        var accepted = accepted(2);
        var refused = accepted.getFirst();
        kafka =
                record ->
                        record.id().equals(refused.id().value())
                                ? new Publisher.Result.Refused("too large")
                                : PUBLISHED;

        step();

        var newest = newest(accepted);
        assertThat(newest).containsOnlyKeys(refused.id());
        var event = requireNonNull(newest.get(refused.id()));
        assertThat(event.status()).isEqualTo(Status.FAILED);
        assertThat(requireNonNull(event.reason()).code()).isEqualTo("not_publishable");
        assertThat(rows()).isZero();
    }

    @Test
    void a_crash_after_publishing_leaves_the_row_which_comes_again_after_its_lease() {
        var record = accepted(1).getFirst().asFirstRecord().asRelayed();
        kafka =
                _ -> {
                    throw new IllegalStateException("the relay dies");
                };
        assertThatThrownBy(this::step).hasMessage("the relay dies");
        kafka = _ -> PUBLISHED;

        STORE.clock().advance(LEASE.minusMillis(1));
        step();
        assertThat(published).containsExactly(record);
        assertThat(rows()).isEqualTo(1);

        STORE.clock().advance(Duration.ofMillis(1));
        step();
        assertThat(published).containsExactly(record, record);
        assertThat(rows()).isZero();
    }

    private boolean step() {
        var made = relay;
        if (made == null) {
            made =
                    new RelayOutbox(
                            outbox(),
                            new Kafka(),
                            new PostgresTimeline(STORE.database()),
                            room,
                            STORE.clock(),
                            new RelayOutbox.Settings(LEASE, BUDGET, ROWS, bytes));
            relay = made;
        }
        return made.step();
    }

    private final class Kafka implements Publisher {
        @Override
        public List<Result> publish(List<DispatchRecord> records, Duration budget) {
            assertThat(budget).isEqualTo(BUDGET);
            published.addAll(records);
            return records.stream().map(kafka).toList();
        }

        @Override
        public boolean isAvailable() {
            return available;
        }
    }

    /** A submission whose outbox row is no longer hidden from the relay. */
    private List<Notification> accepted(int count) {
        var notifications = Samples.submission(STORE.clock(), tenant, new UserId("ada"), count);
        new PostgresNotifications(STORE.database(), STORE.clock(), Store.GRACE)
                .accept(notifications);
        STORE.clock().advance(Store.GRACE);
        return notifications;
    }

    private Map<NotificationId, Event> newest(List<Notification> notifications) {
        return new PostgresTimeline(STORE.database())
                .newest(notifications.stream().map(Notification::id).toList());
    }

    private long rows() {
        return STORE.number("SELECT count(*) FROM outbox");
    }

    private Outbox outbox() {
        return new PostgresOutbox(STORE.database());
    }
}
