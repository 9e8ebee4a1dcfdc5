package io.herald.local.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.catalog.Catalog;
import io.herald.catalog.FunctionDeclaration;
import io.herald.catalog.Trigger;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.Payload;
import io.herald.local.lambda.InvocationResult.Throttled;
import io.herald.local.lambda.InvocationResult.TimedOut;
import io.herald.local.lambda.InvocationResult.TooLarge;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FunctionEnvironmentsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final AtomicInteger made = new AtomicInteger();

    @Test
    void answers_with_the_bytes_that_the_handler_writes() throws Exception {
        try (var function = function(1, LONG, (in, out, _) -> in.transferTo(out))) {
            assertThat(answer(function, "{\"a\":1}")).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void makes_no_environment_before_it_is_needed_and_uses_it_again() throws Exception {
        try (var function = function(4, LONG, (in, out, _) -> in.transferTo(out))) {
            assertThat(made).hasValue(0);
            answer(function, "1");
            answer(function, "2");
            assertThat(made).hasValue(1);
        }
    }

    @Test
    void an_environment_serves_one_request_at_a_time_on_one_thread() throws Exception {
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        RequestStreamHandler handler =
                (_, out, _) -> {
                    threads.add(Thread.currentThread());
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(1_000);
                    inside.decrementAndGet();
                    out.write('1');
                };
        try (var function = function(3, LONG, handler)) {
            var callers = new ArrayList<Thread>();
            for (var i = 0; i < 300; i++) {
                callers.add(caller(function, ""));
            }
            for (var caller : callers) {
                caller.join();
            }
        }
        assertThat(made.get()).isBetween(1, 3);
        assertThat(threads).hasSize(made.get());
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void callers_wait_in_the_order_in_which_they_came() throws Exception {
        var gate = new Semaphore(0);
        var order = new CopyOnWriteArrayList<String>();
        RequestStreamHandler handler =
                (in, out, _) -> {
                    order.add(new String(in.readAllBytes(), UTF_8));
                    gate.acquireUninterruptibly();
                    out.write('1');
                };
        try (var function = function(1, LONG, handler)) {
            var callers = new ArrayList<Thread>();
            for (var i = 0; i < 5; i++) {
                var caller = caller(function, Integer.toString(i));
                callers.add(caller);
                awaitParked(caller);
            }
            gate.release(5);
            for (var caller : callers) {
                caller.join();
            }
        }
        assertThat(order).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void who_finds_no_environment_in_time_is_throttled_and_the_function_does_not_see_it()
            throws Exception {
        var gate = new CountDownLatch(1);
        var seen = new AtomicInteger();
        RequestStreamHandler handler =
                (_, out, _) -> {
                    seen.incrementAndGet();
                    awaitUninterruptibly(gate);
                    out.write('1');
                };
        try (var function = function(1, LONG, handler)) {
            var first = caller(function, "1");
            awaitParked(first);
            assertThat(function.invoke(new byte[0], Duration.ofMillis(50)))
                    .isEqualTo(new Throttled());
            gate.countDown();
            first.join();
        }
        assertThat(seen).hasValue(1);
    }

    @Test
    void an_exception_is_a_function_error_and_the_environment_stays() throws Exception {
        var calls = new AtomicInteger();
        RequestStreamHandler handler =
                (in, out, _) -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new IOException("no luck");
                    }
                    in.transferTo(out);
                };
        try (var function = function(1, LONG, handler)) {
            assertThat(function.invoke(new byte[0], LONG))
                    .isEqualTo(new Failed("java.io.IOException", "no luck"));
            assertThat(answer(function, "1")).isEqualTo("1");
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void an_error_ends_the_environment_and_the_next_request_gets_a_new_one() throws Exception {
        var calls = new AtomicInteger();
        RequestStreamHandler handler =
                (in, out, _) -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new StackOverflowError();
                    }
                    in.transferTo(out);
                };
        try (var function = function(1, LONG, handler)) {
            assertThat(function.invoke(new byte[0], LONG))
                    .isEqualTo(new Failed("java.lang.StackOverflowError", ""));
            assertThat(answer(function, "1")).isEqualTo("1");
        }
        assertThat(made).hasValue(2);
    }

    @Test
    void a_timeout_interrupts_the_handler_and_gives_up_its_environment() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        var calls = new AtomicInteger();
        RequestStreamHandler handler =
                (in, out, _) -> {
                    if (calls.getAndIncrement() == 0) {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.complete(true);
                        }
                    }
                    in.transferTo(out);
                };
        try (var function = function(1, Duration.ofMillis(100), handler)) {
            assertThat(function.invoke(new byte[0], LONG)).isEqualTo(new TimedOut());
            assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
            assertThat(answer(function, "1")).isEqualTo("1");
        }
        assertThat(made).hasValue(2);
    }

    @Test
    void a_handler_that_ignores_its_timeout_does_not_hold_back_the_next_request() throws Exception {
        var gate = new CountDownLatch(1);
        var calls = new AtomicInteger();
        RequestStreamHandler handler =
                (in, out, _) -> {
                    if (calls.getAndIncrement() == 0) {
                        awaitUninterruptibly(gate);
                    }
                    in.transferTo(out);
                };
        try (var function = function(1, Duration.ofMillis(100), handler)) {
            assertThat(function.invoke(new byte[0], LONG)).isEqualTo(new TimedOut());
            assertThat(answer(function, "1")).isEqualTo("1");
            gate.countDown();
        }
    }

    @Test
    void a_run_goes_on_when_its_caller_has_lost_patience() throws Exception {
        var gate = new CountDownLatch(1);
        var finished = new CompletableFuture<Boolean>();
        RequestStreamHandler handler =
                (_, out, _) -> {
                    awaitUninterruptibly(gate);
                    finished.complete(!Thread.currentThread().isInterrupted());
                    out.write('1');
                };
        try (var function = function(1, LONG, handler)) {
            assertThat(function.invoke(new byte[0], Duration.ofMillis(50)))
                    .isEqualTo(new TimedOut());
            // The environment is still busy: nobody else gets it.
            assertThat(function.invoke(new byte[0], Duration.ofMillis(50)))
                    .isEqualTo(new Throttled());
            gate.countDown();
            assertThat(finished.get(5, TimeUnit.SECONDS)).isTrue();
            assertThat(answer(function, "1")).isEqualTo("1");
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void an_interrupted_caller_interrupts_the_run() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        var started = new CountDownLatch(1);
        RequestStreamHandler handler =
                (_, _, _) -> {
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.complete(true);
                    }
                };
        try (var function = function(1, LONG, handler)) {
            var caller = caller(function, "1");
            started.await();
            caller.interrupt();
            assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
            caller.join();
        }
    }

    @Test
    void a_payload_beyond_the_limit_of_an_invocation_is_refused_both_ways() throws Exception {
        var limit = Catalog.INVOCATION_LIMIT_BYTES;
        RequestStreamHandler handler =
                (in, out, _) -> {
                    var event = in.readAllBytes();
                    out.write(event);
                    out.write(new byte[limit + 1 - event.length]);
                };
        try (var function = function(1, LONG, handler)) {
            assertThat(function.invoke(new byte[limit + 1], LONG))
                    .isEqualTo(new TooLarge(Payload.REQUEST, limit + 1L));
            assertThat(made).hasValue(0);
            assertThat(function.invoke(new byte[limit], LONG))
                    .isEqualTo(new TooLarge(Payload.RESPONSE, limit + 1L));
        }
        try (var function = function(1, LONG, (in, out, _) -> in.transferTo(out))) {
            assertThat(function.invoke(new byte[limit], LONG)).isInstanceOf(Answered.class);
        }
    }

    @Test
    void a_handler_that_cannot_be_made_fails_the_invocation_and_is_tried_again() throws Exception {
        var attempts = new AtomicInteger();
        HandlerFactory factory =
                (_, _) -> {
                    if (attempts.getAndIncrement() == 0) {
                        throw new IllegalStateException("not yet");
                    }
                    return (in, out, _) -> in.transferTo(out);
                };
        try (var function = new FunctionEnvironments(declaration(LONG), Map.of(), factory, 1)) {
            assertThat(function.invoke(new byte[0], LONG))
                    .isEqualTo(new Failed("java.lang.IllegalStateException", "not yet"));
            assertThat(answer(function, "1")).isEqualTo("1");
        }
    }

    @Test
    void the_catalog_s_class_is_constructed_with_the_environment_and_closed_at_the_end()
            throws Exception {
        Sample.closed.set(0);
        var function =
                new FunctionEnvironments(
                        declaration(LONG),
                        Map.of("HERALD_STAGE", "local"),
                        HandlerFactory.reflective(),
                        1);
        try (function) {
            assertThat(answer(function, "")).isEqualTo("local sample sample 512");
        }
        assertThat(Sample.closed).hasValue(1);
        assertThat(function.invoke(new byte[0], LONG)).isEqualTo(new Throttled());
    }

    @Test
    void the_context_tells_the_time_that_remains() throws Exception {
        var remaining = new CopyOnWriteArrayList<Integer>();
        var ids = new CopyOnWriteArrayList<String>();
        RequestStreamHandler handler =
                (_, _, context) -> {
                    remaining.add(context.getRemainingTimeInMillis());
                    ids.add(context.getAwsRequestId());
                };
        try (var function = function(1, Duration.ofSeconds(3), handler)) {
            function.invoke(new byte[0], LONG);
            function.invoke(new byte[0], LONG);
        }
        assertThat(remaining).hasSize(2).allSatisfy(ms -> assertThat(ms).isBetween(1, 3_000));
        assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void a_crash_fails_what_runs_and_the_next_request_starts_anew() throws Exception {
        var started = new CountDownLatch(1);
        var calls = new AtomicInteger();
        RequestStreamHandler handler =
                (in, out, _) -> {
                    if (calls.getAndIncrement() == 0) {
                        started.countDown();
                        LockSupport.parkNanos(LONG.toNanos());
                    }
                    in.transferTo(out);
                };
        try (var function = function(1, Duration.ofSeconds(2), handler)) {
            var result = new CompletableFuture<InvocationResult>();
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            result.complete(function.invoke(new byte[0], LONG));
                        } catch (InterruptedException e) {
                            result.completeExceptionally(e);
                        }
                    });
            started.await();
            function.crash();
            assertThat(result.get(5, TimeUnit.SECONDS)).isInstanceOf(Failed.class);
            assertThat(answer(function, "1")).isEqualTo("1");
        }
        assertThat(made).hasValue(2);
    }

    /** A handler as the catalog names it. */
    public static final class Sample implements RequestStreamHandler, AutoCloseable {

        static final AtomicInteger closed = new AtomicInteger();
        private final Map<String, String> environment;

        public Sample() {
            this(System.getenv());
        }

        public Sample(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context)
                throws IOException {
            var words =
                    List.of(
                            String.valueOf(environment.get("HERALD_STAGE")),
                            String.valueOf(environment.get("AWS_LAMBDA_FUNCTION_NAME")),
                            context.getFunctionName(),
                            Integer.toString(context.getMemoryLimitInMB()));
            output.write(String.join(" ", words).getBytes(UTF_8));
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private FunctionEnvironments function(
            int concurrency, Duration timeout, RequestStreamHandler handler) {
        return new FunctionEnvironments(
                declaration(timeout),
                Map.of(),
                (_, _) -> {
                    made.incrementAndGet();
                    return handler;
                },
                concurrency);
    }

    private static FunctionDeclaration declaration(Duration timeout) {
        return new FunctionDeclaration(
                "sample", Sample.class.getName(), 512, timeout, 1, new Trigger.Invocation());
    }

    private static String answer(Invoker function, String event) throws InterruptedException {
        return switch (function.invoke(event.getBytes(UTF_8), LONG)) {
            case Answered(var payload) -> new String(payload, UTF_8);
            case InvocationResult other -> throw new AssertionError(other);
        };
    }

    private static Thread caller(Invoker function, String event) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        function.invoke(event.getBytes(UTF_8), LONG);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        var ends = System.nanoTime() + LONG.toNanos() / 4;
        while (latch.getCount() > 0 && System.nanoTime() < ends) {
            LockSupport.parkNanos(100_000);
        }
    }
}
