package io.herald.local.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.catalog.FunctionDeclaration;
import io.herald.catalog.Trigger;
import io.herald.local.lambda.FunctionEnvironments;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.Invoker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TickerTest {

    private static final Clock NOON =
            Clock.fixed(Instant.parse("2026-01-02T12:00:00.5Z"), ZoneOffset.UTC);
    private static final FunctionDeclaration FUNCTION =
            new FunctionDeclaration(
                    "ticker",
                    "none",
                    128,
                    Duration.ofSeconds(90),
                    2,
                    new Trigger.Rate(Duration.ofMinutes(1)));

    private final Semaphore started = new Semaphore(0);
    private final List<byte[]> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Test
    void runs_at_the_start_with_the_event_of_a_scheduled_rule() throws Exception {
        try (var ticker = start(Duration.ofHours(1), 1, () -> {})) {
            assertThat(ticker).isNotNull();
            assertThat(started.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(events).hasSize(1);
        var event = new JsonMapper().readTree(events.getFirst());
        assertThat(event.get("version").asText()).isEqualTo("0");
        assertThat(event.get("id").asText()).hasSize(36);
        assertThat(event.get("detail-type").asText()).isEqualTo("Scheduled Event");
        assertThat(event.get("source").asText()).isEqualTo("aws.events");
        assertThat(event.get("account").asText()).isEqualTo("000000000000");
        assertThat(event.get("time").asText()).isEqualTo("2026-01-02T12:00:00Z");
        assertThat(event.get("region").asText()).isEqualTo("local");
        assertThat(event.at("/resources/0").asText())
                .isEqualTo("arn:aws:events:local:000000000000:rule/ticker");
        assertThat(event.get("detail").isObject()).isTrue();
    }

    @Test
    void runs_again_and_again_even_when_they_fail() throws Exception {
        try (var ticker = start(Duration.ofMillis(10), 1, () -> {})) {
            assertThat(ticker).isNotNull();
            assertThat(started.tryAcquire(5, 5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void runs_overlap_up_to_the_concurrency() throws Exception {
        var gate = new CountDownLatch(1);
        try (var ticker = start(Duration.ofMillis(10), 2, gate::await)) {
            assertThat(ticker).isNotNull();
            assertThat(started.tryAcquire(2, 5, TimeUnit.SECONDS)).isTrue();
            assertThat(started.tryAcquire(200, TimeUnit.MILLISECONDS)).isFalse();
            gate.countDown();
            assertThat(started.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(most).hasValue(2);
    }

    @Test
    void a_stop_interrupts_the_handler_and_returns_when_it_has_ended() {
        var ended = new AtomicInteger();
        var inside = new CountDownLatch(1);
        var environments =
                new FunctionEnvironments(
                        FUNCTION,
                        Map.of(),
                        (_, _) ->
                                (_, _, _) -> {
                                    inside.countDown();
                                    try {
                                        new CountDownLatch(1).await();
                                    } catch (InterruptedException e) {
                                        ended.incrementAndGet();
                                    }
                                },
                        2);
        try (environments) {
            var ticker = Ticker.start(FUNCTION, Duration.ofMinutes(1), environments, 2, NOON);
            assertThat(awaitUninterruptibly(inside)).isTrue();
            var before = System.nanoTime();
            ticker.close();
            environments.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(3));
            assertThat(ended).hasValue(1);
        }
    }

    private static boolean awaitUninterruptibly(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private Ticker start(Duration rate, int concurrency, Work work) {
        var invoker =
                new Invoker() {
                    @Override
                    public InvocationResult invoke(byte[] event, Duration patience)
                            throws InterruptedException {
                        events.add(event);
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        started.release();
                        try {
                            work.run();
                        } finally {
                            running.decrementAndGet();
                        }
                        return events.size() % 2 == 0
                                ? new Answered(new byte[0])
                                : new Failed("java.lang.IllegalStateException", "told to");
                    }

                    @Override
                    public void close() {}
                };
        return Ticker.start(FUNCTION, rate, invoker, concurrency, NOON);
    }
}
