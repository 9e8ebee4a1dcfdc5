package io.herald.notification;

import static io.herald.notification.Status.BOUNCED;
import static io.herald.notification.Status.CANCELLED;
import static io.herald.notification.Status.DELIVERED;
import static io.herald.notification.Status.EXPIRED;
import static io.herald.notification.Status.FAILED;
import static io.herald.notification.Status.PENDING;
import static io.herald.notification.Status.RETRYING;
import static io.herald.notification.Status.SCHEDULED;
import static io.herald.notification.Status.SENDING;
import static io.herald.notification.Status.SENT;
import static io.herald.notification.Status.SUPPRESSED;
import static io.herald.notification.Status.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusTest {

    private static final Map<Status, Set<Status>> MOVES_BEFORE_ANY_ATTEMPT =
            Map.ofEntries(
                    Map.entry(
                            PENDING,
                            EnumSet.of(
                                    SENDING,
                                    SUPPRESSED,
                                    CANCELLED,
                                    EXPIRED,
                                    SCHEDULED,
                                    RETRYING,
                                    FAILED)),
                    Map.entry(SCHEDULED, EnumSet.of(PENDING, SCHEDULED, CANCELLED, EXPIRED)),
                    Map.entry(SENDING, EnumSet.of(RETRYING, FAILED, UNKNOWN, EXPIRED)),
                    Map.entry(RETRYING, EnumSet.of(PENDING, CANCELLED, EXPIRED)),
                    Map.entry(SENT, EnumSet.of(DELIVERED, BOUNCED)),
                    Map.entry(DELIVERED, EnumSet.of(BOUNCED)),
                    Map.entry(BOUNCED, EnumSet.noneOf(Status.class)),
                    Map.entry(FAILED, EnumSet.of(PENDING, FAILED)),
                    Map.entry(UNKNOWN, EnumSet.of(FAILED, PENDING)),
                    Map.entry(SUPPRESSED, EnumSet.noneOf(Status.class)),
                    Map.entry(CANCELLED, EnumSet.noneOf(Status.class)),
                    Map.entry(EXPIRED, EnumSet.noneOf(Status.class)));

    @ParameterizedTest
    @EnumSource
    void moves_as_the_architecture_says(Status status) {
        assertThat(nextOf(status, 0)).isEqualTo(MOVES_BEFORE_ANY_ATTEMPT.get(status));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"SENDING", "PENDING", "SCHEDULED", "RETRYING", "FAILED", "UNKNOWN", "EXPIRED"})
    void takes_a_late_outcome_once_an_attempt_was_made(Status status) {
        assertThat(nextOf(status, 1)).contains(SENT, DELIVERED, BOUNCED);
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED", "SUPPRESSED"})
    void never_leaves_an_end_that_no_attempt_may_follow(Status status) {
        assertThat(nextOf(status, 3)).containsExactly(status);
    }

    @ParameterizedTest
    @EnumSource(names = {"PENDING", "SCHEDULED", "RETRYING"})
    void is_not_known_when_no_more_is_tried_after_an_attempt_was_lost(Status waiting) {
        assertThat(waiting.mayBecome(UNKNOWN, 1)).isTrue();
        assertThat(waiting.mayBecome(UNKNOWN, 0)).isFalse();
    }

    @Test
    void never_goes_back_from_what_the_receiver_has_seen() {
        assertThat(nextOf(DELIVERED, 2)).containsExactlyInAnyOrder(DELIVERED, BOUNCED);
        assertThat(nextOf(BOUNCED, 2)).containsExactly(BOUNCED);
    }

    @ParameterizedTest
    @EnumSource
    void keeps_its_code(Status status) {
        assertThat(Status.ofCode(status.code())).isEqualTo(status);
    }

    private static Set<Status> nextOf(Status status, int attempts) {
        return EnumSet.allOf(Status.class).stream()
                .filter(next -> status.mayBecome(next, attempts))
                .collect(Collectors.toSet());
    }
}
