package io.herald.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.Lane;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LaneRoomTest {

    private final SetLanes lanes = new SetLanes();
    private final LaneRoom room = lanes.room(Duration.ofSeconds(2), 200);

    @Test
    void a_lane_at_rest_has_room_for_a_first_step() {
        lanes.backlog(Lane.EMAIL, 0, 1_000_000);

        assertThat(room.look(true)).containsEntry(Lane.EMAIL, 200);
    }

    @Test
    void a_lane_has_room_for_what_it_delivers_in_the_time_ahead() {
        lanes.backlog(Lane.EMAIL, 0, 0);
        room.look(true);
        lanes.backlog(Lane.EMAIL, 500, 1_000);
        lanes.pass(Duration.ofSeconds(1));

        assertThat(room.look(true)).containsEntry(Lane.EMAIL, 2 * 1_000 - 500);
    }

    @Test
    void one_that_slows_down_gets_less_step_by_step_and_one_that_rests_is_not_slower_for_it() {
        lanes.backlog(Lane.EMAIL, 0, 0);
        room.look(true);
        lanes.backlog(Lane.EMAIL, 1, 1_000);
        lanes.pass(Duration.ofSeconds(1));
        room.look(true);
        lanes.backlog(Lane.EMAIL, 1, 1_000);
        lanes.pass(Duration.ofSeconds(1));
        assertThat(room.look(true)).containsEntry(Lane.EMAIL, 1_000 - 1);

        lanes.backlog(Lane.EMAIL, 0, 1_000);
        lanes.pass(Duration.ofSeconds(60));
        assertThat(room.look(true)).containsEntry(Lane.EMAIL, 1_000);
    }

    @Test
    void what_was_put_on_it_counts_before_kafka_is_asked_again() {
        lanes.backlog(Lane.EMAIL, 0, 0);
        room.look(true);

        room.took(Lane.EMAIL, 150);

        assertThat(room.look(true)).containsEntry(Lane.EMAIL, 50);
        room.took(Lane.EMAIL, 150);
        assertThat(room.look(true)).containsEntry(Lane.EMAIL, 0);
        assertThat(lanes.looks()).isEqualTo(1);
    }

    @Test
    void of_an_unknown_lane_as_little_as_possible_is_assumed() {
        lanes.backlog(Lane.EMAIL, 0, 0);
        room.look(true);
        lanes.backlog(Lane.EMAIL, 0, 100_000);
        lanes.pass(Duration.ofSeconds(1));
        room.look(true);
        lanes.unknown();
        lanes.pass(Duration.ofSeconds(1));

        assertThat(room.look(true)).containsEntry(Lane.EMAIL, 200);
    }

    @Test
    void kafka_is_asked_once_a_second_while_there_is_nothing_to_relay() {
        room.look(false);
        lanes.pass(Duration.ofMillis(999));
        room.look(false);
        assertThat(lanes.looks()).isEqualTo(1);

        lanes.pass(Duration.ofMillis(1));
        room.look(false);
        assertThat(lanes.looks()).isEqualTo(2);
    }

    @Test
    void a_lane_that_is_filled_past_the_relay_is_said_to_be_congested_and_no_other() {
        lanes.backlog(Lane.EMAIL, 101, 0);
        lanes.backlog(Lane.INBOX, 100, 0);

        room.look(false);

        assertThat(lanes.congested()).containsExactly(Lane.EMAIL);
    }
}
