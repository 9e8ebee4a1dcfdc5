package io.herald.schedule;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.concurrent.Deadline;
import io.herald.notification.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each test ends the loop by itself; one that has to be ended by its timeout has failed. */
@Timeout(10)
class TickLoopTest {

    private static final Duration OFTEN = Duration.ofMillis(1);
    private static final Duration RARELY = Duration.ofHours(1);

    private final AtomicLong nanoTime = new AtomicLong();
    private final Deadline deadline = Deadline.in(Duration.ofHours(1), nanoTime::get);

    @Test
    void a_task_that_throws_is_tried_again_and_holds_up_no_other() {
        runs_three_times_beside_another(() -> new IllegalStateException("a fault of ours"));
    }

    @Test
    void an_outage_of_the_store_is_outlived() {
        runs_three_times_beside_another(
                () -> new StoreUnavailableException("gone", new IOException("gone")));
    }

    private void runs_three_times_beside_another(Supplier<RuntimeException> fault) {
        var failed = new AtomicInteger();
        var worked = new AtomicInteger();
        var failing =
                new TickLoop.Task(
                        "failing",
                        () -> {
                            failed.incrementAndGet();
                            throw fault.get();
                        },
                        OFTEN);
        var working =
                new TickLoop.Task(
                        "working",
                        () -> {
                            if (worked.incrementAndGet() >= 3 && failed.get() >= 3) {
                                end();
                            }
                            return false;
                        },
                        OFTEN);

        new TickLoop(List.of(failing, working)).run(deadline);

        assertThat(failed).hasValueGreaterThanOrEqualTo(3);
        assertThat(worked).hasValueGreaterThanOrEqualTo(3);
    }

    @Test
    void a_step_that_says_there_is_more_is_repeated_at_once() {
        var steps = new AtomicInteger();
        var task =
                new TickLoop.Task(
                        "full",
                        () -> {
                            if (steps.incrementAndGet() == 5) {
                                end();
                            }
                            return true;
                        },
                        RARELY);

        new TickLoop(List.of(task)).run(deadline);

        assertThat(steps).hasValue(5);
    }

    @Test
    void a_task_that_waits_is_ended_by_the_deadline() {
        var steps = new AtomicInteger();
        var task =
                new TickLoop.Task(
                        "waiting",
                        () -> {
                            steps.incrementAndGet();
                            return false;
                        },
                        RARELY);
        var soon = Deadline.in(Duration.ofMillis(200), System::nanoTime);

        new TickLoop(List.of(task)).run(soon);

        assertThat(soon.hasPassed()).isTrue();
        assertThat(steps).hasValue(1);
    }

    @Test
    void nothing_is_begun_after_the_deadline() {
        var steps = new AtomicInteger();
        end();

        new TickLoop(List.of(new TickLoop.Task("late", () -> steps.incrementAndGet() > 0, OFTEN)))
                .run(deadline);

        assertThat(steps).hasValue(0);
    }

    @Test
    void an_interrupt_ends_every_task_and_is_passed_on() throws Exception {
        var begun = new CountDownLatch(2);
        var interrupted = new AtomicBoolean();
        var tasks =
                List.of(
                        new TickLoop.Task("one", () -> begins(begun), RARELY),
                        new TickLoop.Task("other", () -> begins(begun), RARELY));
        var loop =
                Thread.ofVirtual()
                        .start(() -> {
                            new TickLoop(tasks).run(deadline);
                            interrupted.set(Thread.currentThread().isInterrupted());
                        });
        assertThat(begun.await(5, SECONDS)).isTrue();

        loop.interrupt();

        assertThat(loop.join(Duration.ofSeconds(5))).isTrue();
        assertThat(interrupted).isTrue();
    }

    private static boolean begins(CountDownLatch begun) {
        begun.countDown();
        return false;
    }

    private void end() {
        nanoTime.set(Duration.ofHours(1).toNanos());
    }
}
