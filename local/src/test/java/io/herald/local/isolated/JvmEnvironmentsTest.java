package io.herald.local.isolated;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.catalog.Catalog;
import io.herald.catalog.FunctionDeclaration;
import io.herald.catalog.Trigger;
import io.herald.local.lambda.FunctionEnvironments;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.Payload;
import io.herald.local.lambda.InvocationResult.TimedOut;
import io.herald.local.lambda.InvocationResult.TooLarge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Lambda does to a function, on real processes under AWS's own client. */
@Timeout(120)
class JvmEnvironmentsTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int MEMORY = 256;

    @TempDir Path folder;

    private FunctionEnvironments function;

    @BeforeEach
    void a_function() throws Exception {
        function = function(Sample.class, LONG, 1);
    }

    @AfterEach
    void end() {
        function.close();
    }

    @Test
    void a_function_answers_from_a_process_of_its_own_that_serves_one_request_after_the_other()
            throws Exception {
        assertThat(answer("ä€")).isEqualTo("ä€");
        var pid = answer("pid");
        assertThat(pid).isNotEqualTo(Long.toString(ProcessHandle.current().pid()));
        assertThat(answer("pid")).isEqualTo(pid);

        function.close();

        await(() -> !lives(pid));
    }

    @Test
    void it_is_told_what_lambda_tells_and_nothing_of_this_process() throws Exception {
        assertThat(answer("variables").lines())
                .contains(
                        "HERALD_STAGE=local",
                        "AWS_LAMBDA_FUNCTION_NAME=sample",
                        "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
                        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
                        "AWS_EXECUTION_ENV=AWS_Lambda_java25",
                        "_HANDLER=" + Sample.class.getName(),
                        "LAMBDA_TASK_ROOT=" + testClasses())
                .noneMatch(line -> line.startsWith("HOME="));
        assertThat(System.getenv()).containsKey("HOME");

        var context = List.of(answer("context").split(" "));

        assertThat(context.subList(0, 3))
                .containsExactly(
                        "sample", "arn:aws:lambda:local:000000000000:function:sample", "256");
        assertThat(Integer.parseInt(context.getLast())).isBetween(1, (int) LONG.toMillis());
    }

    @Test
    void its_heap_is_bounded_by_its_memory() throws Exception {
        assertThat(Integer.parseInt(answer("heap")))
                .isBetween(MEMORY * 75 / 100, MEMORY * 85 / 100);
    }

    @Test
    void what_it_prints_is_in_its_log() throws Exception {
        invoke("say");

        assertThat(folder.resolve("logs/sample.log")).content().contains("something to remember");
    }

    @Test
    void an_exception_is_the_function_s_error_and_the_process_stays() throws Exception {
        var pid = answer("pid");
        assertThat(invoke("throw")).isEqualTo(new Failed("java.io.IOException", "no luck"));
        assertThat(answer("pid")).isEqualTo(pid);
    }

    @Test
    void a_function_that_exceeds_its_timeout_is_killed_and_the_next_request_gets_a_new_process()
            throws Exception {
        function = function(Sample.class, Duration.ofSeconds(2), 1);
        var pid = answer("pid");

        assertThat(invoke("hang")).isEqualTo(new TimedOut());

        assertThat(lives(pid)).isFalse();
        assertThat(folder.resolve("logs/sample.log"))
                .content()
                .contains("Task timed out after 2.00 seconds");
        assertThat(answer("pid")).isNotEqualTo(pid);
    }

    @Test
    void a_function_that_exits_fails_the_request_and_the_next_gets_a_new_process()
            throws Exception {
        assertThat(invoke("exit"))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> {
                            assertThat(failed.errorType()).isEqualTo("Runtime.ExitError");
                            assertThat(failed.message())
                                    .matches(
                                            "RequestId: [0-9a-f-]{36} Error: Runtime exited with"
                                                    + " error: exit status 3");
                        });
        assertThat(answer("1")).isEqualTo("1");
    }

    @Test
    void one_that_exits_after_its_answer_costs_the_next_request_nothing() throws Exception {
        var pid = answer("pid");
        assertThat(answer("exit afterwards")).isEqualTo("1");
        await(() -> !lives(pid));
        assertThat(answer("2")).isEqualTo("2");
    }

    @Test
    void one_that_fills_its_heap_is_ended_and_replaced() throws Exception {
        assertThat(invoke("fill the heap"))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                                assertThat(failed.errorType())
                                        .isIn(
                                                "Runtime.ExitError",
                                                OutOfMemoryError.class.getName()));
        assertThat(answer("1")).isEqualTo("1");
    }

    @Test
    void one_that_holds_more_memory_than_it_has_is_killed_and_replaced() throws Exception {
        var pid = answer("pid");
        assertThat(invoke("fill the memory"))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.message()).endsWith("signal: killed"));
        assertThat(lives(pid)).isFalse();
        assertThat(answer("1")).isEqualTo("1");
    }

    @Test
    void what_goes_wrong_in_the_init_is_told_and_tried_again_with_the_next_request()
            throws Exception {
        function = function(Sample.Unstartable.class, LONG, 1);
        for (var i = 0; i < 2; i++) {
            assertThat(invoke("1"))
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> {
                                assertThat(failed.errorType())
                                        .isEqualTo(IllegalStateException.class.getName());
                                assertThat(failed.message())
                                        .contains("HERALD_DATABASE_URL is not set");
                            });
        }
        function = function(Sample.Vanishing.class, LONG, 1);
        assertThat(invoke("1"))
                .isEqualTo(
                        new Failed(
                                "Runtime.ExitError",
                                "Error: Runtime exited with error: exit status 7"));
    }

    @Test
    @Tag("slow")
    void an_init_beyond_ten_seconds_is_done_again_with_the_function_s_timeout() throws Exception {
        function = function(Sample.Slow.class, LONG, 1);
        var start = System.nanoTime();
        assertThat(answer("1")).isEqualTo("1");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(ofSeconds(21));

        function = function(Sample.Slow.class, ofSeconds(2), 1);
        assertThat(invoke("1")).isEqualTo(new TimedOut());
    }

    @Test
    void a_payload_beyond_the_limit_of_an_invocation_is_refused_both_ways() throws Exception {
        var limit = Catalog.INVOCATION_LIMIT_BYTES;
        assertThat(function.invoke(new byte[limit + 1], LONG))
                .isEqualTo(new TooLarge(Payload.REQUEST, limit + 1L));
        assertThat(invoke("too much")).isEqualTo(new TooLarge(Payload.RESPONSE, limit + 1L));

        var largest = new byte[limit];
        Arrays.fill(largest, (byte) 'x');
        assertThat(function.invoke(largest, LONG))
                .isInstanceOfSatisfying(
                        Answered.class,
                        answered -> assertThat(answered.payload()).isEqualTo(largest));
    }

    @Test
    void requests_at_the_same_time_have_processes_of_their_own() throws Exception {
        function = function(Sample.class, LONG, 2);
        var meeting = "meet " + Files.createDirectory(folder.resolve("meeting"));
        var first = new CompletableFuture<InvocationResult>();
        Thread.ofVirtual().start(() -> complete(first, meeting));

        // Each answers only when the other is there.
        assertThat(answer(meeting)).isEqualTo("met");
        assertThat(first.get(30, TimeUnit.SECONDS)).isInstanceOf(Answered.class);
    }

    @Test
    void a_crash_kills_the_process_and_fails_what_it_was_at() throws Exception {
        var pid = answer("pid");
        var result = new CompletableFuture<InvocationResult>();
        Thread.ofVirtual().start(() -> complete(result, "hang"));
        while (!result.isDone()) {
            function.crash();
            Thread.onSpinWait();
        }
        assertThat(result.get()).isInstanceOf(Failed.class);
        await(() -> !lives(pid));
        assertThat(answer("1")).isEqualTo("1");
    }

    @Test
    void what_it_leaves_in_its_folder_for_temporary_files_goes_with_it() throws Exception {
        answer("1");
        assertThat(folder.resolve("work/tmp")).isNotEmptyDirectory();
        function.close();
        assertThat(folder.resolve("work/tmp")).isEmptyDirectory();
    }

    private FunctionEnvironments function(
            Class<? extends RequestStreamHandler> handler, Duration timeout, int concurrency)
            throws Exception {
        if (function != null) {
            function.close();
        }
        return new FunctionEnvironments(
                declaration(handler, timeout),
                Map.of("HERALD_STAGE", "local"),
                concurrency,
                JvmEnvironments.of(testClasses(), folder.resolve("work"), folder.resolve("logs")));
    }

    static FunctionDeclaration declaration(
            Class<? extends RequestStreamHandler> handler, Duration timeout) {
        return new FunctionDeclaration(
                "sample", handler.getName(), MEMORY, timeout, 1, new Trigger.Invocation());
    }

    /** As the zip is unpacked: classes, and no lib, since the samples need none. */
    static Path testClasses() throws Exception {
        return Path.of(Sample.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Duration ofSeconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private InvocationResult invoke(String event) throws InterruptedException {
        return function.invoke(event.getBytes(UTF_8), LONG);
    }

    private String answer(String event) throws InterruptedException {
        return switch (invoke(event)) {
            case Answered(var payload) -> new String(payload, UTF_8);
            case InvocationResult other ->
                    throw new AssertionError(
                            other + "\n" + read(folder.resolve("logs/sample.log")));
        };
    }

    private void complete(CompletableFuture<InvocationResult> result, String event) {
        try {
            result.complete(invoke(event));
        } catch (InterruptedException e) {
            result.completeExceptionally(e);
        }
    }

    private static boolean lives(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    private static void await(BooleanSupplier condition) {
        var ends = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - ends).as("it takes too long").isNegative();
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }
}
