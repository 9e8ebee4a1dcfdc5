package io.herald.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.Outcome;
import io.herald.notification.Reason;
import io.herald.notification.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BreakersTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration AT_ONCE = Duration.ofMillis(10);
    private static final Duration SLOW = Duration.ofSeconds(3);
    private static final Reason REASON = new Reason("some_reason", "For some reason.");
    private static final Outcome SENT = new Outcome.Sent(null);
    private static final Outcome LOST = new Outcome.Lost(REASON);
    private static final Outcome UNREACHABLE = new Outcome.Retryable(REASON, null);

    private static final TenantId TENANT = new TenantId(new UUID(0, 1));
    private static final Destination HOST = new Destination(TENANT, "example.com:443");

    // Anything may be the beginning of a monotonic clock, also what soon runs over.
    private final AtomicLong nanoTime =
            new AtomicLong(Long.MAX_VALUE - Duration.ofMinutes(1).toNanos());
    private final Breakers breakers = new Breakers(TIMEOUT, nanoTime::get, new Random(1));

    @Test
    void a_few_failures_in_a_row_close_a_destination_off() {
        calls(Breakers.IN_A_ROW - 1, AT_ONCE, UNREACHABLE);
        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());

        calls(1, AT_ONCE, LOST);

        assertThat(left()).isBetween(Breakers.FIRST_PAUSE.dividedBy(2), Breakers.FIRST_PAUSE);
    }

    @Test
    void failures_that_are_not_in_a_row_do_not() {
        for (int i = 0; i < 10; i++) {
            calls(Breakers.IN_A_ROW - 1, AT_ONCE, UNREACHABLE);
            calls(1, AT_ONCE, SENT);
        }

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
    }

    @Test
    void what_a_provider_says_of_messages_does_not() {
        calls(10, AT_ONCE, new Outcome.Rejected(REASON));
        calls(10, AT_ONCE, Outcome.Retryable.aboutMessage(REASON));
        calls(10, AT_ONCE, Outcome.NotHandedOver.noTimeLeft(Duration.ZERO));

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
    }

    @Test
    void another_host_and_another_tenant_notice_nothing() {
        calls(Breakers.IN_A_ROW, AT_ONCE, LOST);

        assertThat(breakers.ask(new Destination(TENANT, "example.com:8443")))
                .isEqualTo(new Breakers.Pass.Free());
        assertThat(breakers.ask(new Destination(new TenantId(new UUID(0, 2)), HOST.host())))
                .isEqualTo(new Breakers.Pass.Free());
    }

    @Test
    void after_the_pause_one_goes_to_find_out_and_no_other_meanwhile() {
        calls(Breakers.IN_A_ROW, AT_ONCE, LOST);
        pass(left());

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Trial());
        assertThat(left()).isEqualTo(TIMEOUT);
    }

    @Test
    void one_success_opens_it_again() {
        calls(Breakers.IN_A_ROW, AT_ONCE, LOST);
        pass(left());
        breakers.ask(HOST);

        calls(1, AT_ONCE, SENT);

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
        calls(Breakers.IN_A_ROW - 1, AT_ONCE, LOST);
        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
    }

    @Test
    void each_vain_trial_doubles_the_pause_up_to_a_limit() {
        calls(Breakers.IN_A_ROW, AT_ONCE, UNREACHABLE);
        var longest = Breakers.FIRST_PAUSE;
        for (int i = 0; i < 40; i++) {
            assertThat(left()).isBetween(longest.dividedBy(2), longest);
            pass(left());
            assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Trial());
            calls(1, AT_ONCE, UNREACHABLE);
            longest = longest.multipliedBy(2);
            if (longest.compareTo(Breakers.LONGEST_PAUSE) > 0) {
                longest = Breakers.LONGEST_PAUSE;
            }
        }
        assertThat(longest).isEqualTo(Breakers.LONGEST_PAUSE);
    }

    @Test
    void those_that_were_under_way_together_count_as_no_trials() {
        var together = IntStream.range(0, 50).mapToObj(_ -> breakers.begin(HOST)).toList();
        pass(AT_ONCE);

        together.forEach(call -> call.ended(List.of(UNREACHABLE)));

        assertThat(left()).isLessThanOrEqualTo(Breakers.FIRST_PAUSE);
    }

    @Test
    void a_trial_of_which_nothing_is_heard_is_followed_by_another() {
        calls(Breakers.IN_A_ROW, AT_ONCE, LOST);
        pass(left());
        breakers.ask(HOST);

        pass(TIMEOUT);

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Trial());
    }

    @Test
    void what_hangs_takes_a_fifth_of_the_time_at_most() {
        calls(Breakers.IN_A_ROW, TIMEOUT, LOST);

        assertThat(left()).isEqualTo(TIMEOUT.multipliedBy(Breakers.REST));
    }

    @Test
    void what_is_slow_rests_and_then_goes_on_as_before() {
        calls(Breakers.IN_A_ROW, SLOW, SENT);
        assertThat(left()).isEqualTo(SLOW.multipliedBy(Breakers.REST));

        pass(left());

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
    }

    @Test
    void a_trial_that_is_answered_slowly_leads_to_a_rest() {
        calls(Breakers.IN_A_ROW, AT_ONCE, LOST);
        pass(left());
        breakers.ask(HOST);

        calls(1, SLOW, SENT);

        pass(left());
        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
    }

    @Test
    void one_that_asks_to_be_left_alone_is_at_once_and_for_as_long() {
        calls(1, AT_ONCE, new Outcome.Retryable(REASON, Duration.ofSeconds(90)));
        assertThat(left()).isEqualTo(Duration.ofSeconds(90));

        pass(left());

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Trial());
    }

    @Test
    void one_that_asks_for_days_is_tried_earlier() {
        calls(1, AT_ONCE, new Outcome.Retryable(REASON, Duration.ofDays(2)));

        assertThat(left()).isEqualTo(Breakers.LONGEST_ASKED);
    }

    @Test
    void of_a_call_that_some_messages_got_through_with_none_is_a_failure() {
        for (int i = 0; i < 10; i++) {
            breakers.begin(HOST).ended(List.of(LOST, SENT, UNREACHABLE));
        }

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
    }

    @Test
    void no_more_are_remembered_than_fit() {
        calls(Breakers.IN_A_ROW, AT_ONCE, LOST);

        for (int i = 0; i < Breakers.MOST_REMEMBERED; i++) {
            breakers.begin(new Destination(TENANT, "host-" + i + ":443")).ended(List.of(LOST));
        }

        assertThat(breakers.ask(HOST)).isEqualTo(new Breakers.Pass.Free());
    }

    private void calls(int number, Duration took, Outcome outcome) {
        var calls = IntStream.range(0, number).mapToObj(_ -> breakers.begin(HOST)).toList();
        pass(took);
        calls.forEach(call -> call.ended(List.of(outcome)));
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    private Duration left() {
        assertThat(breakers.ask(HOST)).isInstanceOf(Breakers.Pass.None.class);
        return ((Breakers.Pass.None) breakers.ask(HOST)).left();
    }
}
