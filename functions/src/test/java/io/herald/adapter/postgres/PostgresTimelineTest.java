package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.TimelineContract;
import io.herald.notification.Transition;
import io.herald.notification.UnstorableEventException;
import io.herald.notification.UserId;
import io.herald.submission.Notification;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresTimelineTest extends TimelineContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }

    @Test
    void one_bad_row_does_not_spoil_the_others() {
        var tenant = Samples.tenant();
        var good =
                Samples.submission(STORE.clock(), tenant, new UserId("ada"), 3).stream()
                        .map(Notification::id)
                        .toList();
        var withoutPartition = id(Clock.offset(STORE.clock(), Duration.ofDays(-4000)));
        var now = STORE.clock().instant();
        var transitions =
                List.of(
                        Transition.of(tenant, sending(good.get(0))),
                        new Transition(tenant, sending(withoutPartition), now, null, true),
                        new Transition(tenant, sending(good.get(1)), now, null, false),
                        new Transition(tenant, sending(good.get(2)), null, null, true));

        var thrown =
                catchThrowableOfType(
                        UnstorableEventException.class, () -> STORE.timeline().append(transitions));

        assertThat(thrown.unstorable())
                .isEqualTo(Map.of(withoutPartition, "SQLSTATE 23514, table event"));
        assertThat(thrown.stored()).containsExactlyInAnyOrderElementsOf(good);
        assertThat(STORE.timeline().newest(good)).containsOnlyKeys(good);
        assertThat(STORE.number("SELECT count(*) FROM due")).isEqualTo(1);
        assertThat(STORE.number("SELECT count(*) FROM outbox")).isEqualTo(1);
    }

    @Test
    void a_single_event_that_cannot_be_stored_is_named_too() {
        var id = id(STORE.clock());
        var beyondSmallint = Samples.sent(STORE.clock(), id, 40_000);

        assertThatThrownBy(() ->
                        STORE.timeline()
                                .append(List.of(Transition.of(Samples.tenant(), beyondSmallint))))
                .isInstanceOfSatisfying(
                        UnstorableEventException.class,
                        e -> assertThat(e.unstorable()).containsOnlyKeys(id));
    }

    private static Event sending(NotificationId id) {
        return Samples.sending(STORE.clock(), id, 1, null);
    }

    private static NotificationId id(Clock clock) {
        return new NotificationIds(clock, new Random()).consecutive(1).getFirst();
    }
}
