package io.herald.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockCheckTest {
    private static final Instant NOW = Instant.parse("2026-11-23T18:00:00Z");

    private final SettableClock clock = new SettableClock(NOW);
    private final SettableClock stores = new SettableClock(NOW);
    private final AtomicLong nanoTime = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger steps = new AtomicInteger();
    private final ClockCheck check =
            new ClockCheck(
                    () -> {
                        looks.incrementAndGet();
                        return stores.instant();
                    },
                    clock,
                    nanoTime::get);
    private final TickLoop.Task task =
            check.before(
                    new TickLoop.Task(
                            "due work",
                            () -> {
                                steps.incrementAndGet();
                                return true;
                            },
                            Duration.ofSeconds(1)));

    @Test
    void with_the_right_time_the_task_is_what_it_was() {
        assertThat(task.step().getAsBoolean()).isTrue();
        assertThat(task.name()).isEqualTo("due work");
        assertThat(task.every()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT5H", "-PT5H", "PT1M", "P3650D"})
    void a_clock_that_jumped_does_nothing_until_it_is_right_again(Duration jump) {
        passes(Duration.ofSeconds(1));
        assertThat(task.step().getAsBoolean()).isTrue();

        clock.advance(jump);
        // It is noticed at once, and not when the answer of before is too old.
        assertThat(task.step().getAsBoolean()).isFalse();
        passes(Duration.ofMinutes(5));
        assertThat(task.step().getAsBoolean()).isFalse();
        assertThat(steps).hasValue(1);

        clock.advance(jump.negated());
        assertThat(task.step().getAsBoolean()).isTrue();
    }

    @Test
    void a_clock_that_was_wrong_from_the_start_is_found() {
        clock.advance(Duration.ofHours(1));

        assertThat(task.step().getAsBoolean()).isFalse();
    }

    @Test
    void one_that_goes_wrong_by_and_by_is_found() {
        for (int seconds = 0; seconds < 60; seconds++) {
            passes(Duration.ofSeconds(1));
            clock.advance(Duration.ofMillis(100));
            var _ = task.step().getAsBoolean();
        }

        assertThat(task.step().getAsBoolean()).isFalse();
        assertThat(steps.get()).isBetween(40, 60);
    }

    @Test
    void an_answer_that_took_long_is_no_wrong_clock() {
        var slow =
                new ClockCheck(
                        () -> {
                            var there = stores.instant();
                            passes(Duration.ofMinutes(1));
                            return there;
                        },
                        clock,
                        nanoTime::get);

        assertThat(slow.isRight()).isTrue();
    }

    @Test
    void the_store_is_asked_now_and_then() {
        for (int i = 0; i < 100; i++) {
            passes(Duration.ofMillis(100));
            var _ = task.step().getAsBoolean();
        }

        assertThat(looks).hasValue(2);
    }

    private void passes(Duration duration) {
        clock.advance(duration);
        stores.advance(duration);
        nanoTime.addAndGet(duration.toNanos());
    }
}
