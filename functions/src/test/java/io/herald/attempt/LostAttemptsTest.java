package io.herald.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LostAttemptsTest {
    private final List<Event> events = new ArrayList<>();

    @Test
    void there_are_none_while_nothing_was_handed_over() {
        assertThat(LostAttempts.of(List.of())).isEmpty();
        happened(EventKind.SCHEDULED, Status.SCHEDULED, 0, null);
        happened(EventKind.RELEASED, Status.PENDING, 0, null);
        assertThat(LostAttempts.of(events)).isEmpty();
    }

    @Test
    void one_that_the_provider_put_off_is_not_lost() {
        happened(EventKind.CLAIMED, Status.SENDING, 1, null);
        happened(EventKind.DEFERRED, Status.RETRYING, 1, null);

        assertThat(LostAttempts.of(events)).isEmpty();
    }

    @Test
    void one_stays_lost_whatever_becomes_of_later_ones() {
        lost(1);
        happened(EventKind.RELEASED, Status.PENDING, 1, null);
        happened(EventKind.CLAIMED, Status.SENDING, 2, null);
        happened(EventKind.DEFERRED, Status.RETRYING, 2, null);

        assertThat(LostAttempts.of(events)).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "DEFERRED", "SENT", "DELIVERED"})
    void a_late_outcome_tells_of_the_one_it_names_and_of_no_other(EventKind kind) {
        lost(1);
        happened(EventKind.RELEASED, Status.PENDING, 1, null);
        lost(2);

        happened(kind, Status.RETRYING, 2, 1);
        assertThat(LostAttempts.of(events)).containsExactly(2);
        happened(kind, Status.RETRYING, 2, 2);
        assertThat(LostAttempts.of(events)).isEmpty();
    }

    @Test
    void one_that_is_tried_again_by_hand_is_as_lost_as_before() {
        lost(1);
        happened(EventKind.RESOLVED, Status.PENDING, 1, null);

        assertThat(LostAttempts.of(events)).containsExactly(1);
    }

    @Test
    void none_is_lost_any_more_when_somebody_has_said_what_became_of_it() {
        lost(1);
        happened(EventKind.RESOLVED, Status.FAILED, 1, null);

        assertThat(LostAttempts.of(events)).isEmpty();
    }

    private void lost(int attempt) {
        happened(EventKind.CLAIMED, Status.SENDING, attempt, null);
        happened(EventKind.LOST, Status.RETRYING, attempt, null);
    }

    private void happened(EventKind kind, Status status, int attempt, @Nullable Integer about) {
        events.add(
                new Event(
                        new NotificationId(new UUID(0x7000, 2)),
                        events.size() + 1,
                        kind,
                        status,
                        attempt,
                        Instant.EPOCH,
                        null,
                        null,
                        null,
                        about));
    }
}
