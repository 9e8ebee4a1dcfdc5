package io.herald.local.isolated;

import io.herald.catalog.FunctionDeclaration;
import io.herald.local.lambda.Environment;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.TimedOut;
import io.herald.servers.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An environment in a JVM of its own, which the first request starts. The phases and limits are
 * those of "Understanding the Lambda execution environment lifecycle" in the AWS Lambda developer
 * guide: the init has ten seconds; one that takes longer is killed and done again as part of the
 * request, with the function's own timeout. A process that times out or ends is not used again.
 */
final class JvmEnvironment implements Environment {

    private static final Duration INIT_LIMIT = Duration.ofSeconds(10);

    /** What a run may take beyond its init and its timeout: the wait for a turn to start. */
    private static final Duration ALLOWANCE = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(JvmEnvironment.class);

    private final FunctionDeclaration function;
    private final JvmCommand command;
    private final Semaphore turns;
    private final Path temporary;
    private volatile @Nullable Jvm jvm;

    /**
     * @param turns how many may start at the same time
     * @param temporary the process's own folder for what is temporary; made and removed
     */
    JvmEnvironment(
            FunctionDeclaration function, JvmCommand command, Semaphore turns, Path temporary) {
        this.function = function;
        this.command = command;
        this.turns = turns;
        this.temporary = temporary;
    }

    @Override
    public Duration limit() {
        return ALLOWANCE.plus(INIT_LIMIT).plus(function.timeout().multipliedBy(2));
    }

    @Override
    public boolean isBroken() {
        return jvm == null;
    }

    @Override
    public InvocationResult run(byte[] event) {
        try {
            return serve(event);
        } catch (InterruptedException e) {
            end();
            return new Failed("Runtime.ExitError", "the environment was ended");
        } catch (IOException e) {
            LOG.error("{}: no JVM could be started", function.name(), e);
            end();
            return new Failed("Runtime.LaunchError", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.ofNullable(jvm).map(Jvm::process);
    }

    @Override
    public void end() {
        var ended = jvm;
        jvm = null;
        if (ended != null) {
            ended.close();
        }
        try {
            Folders.deleteTree(temporary);
        } catch (IOException e) {
            LOG.warn("{} could not be removed", temporary, e);
        }
    }

    private InvocationResult serve(byte[] event) throws IOException, InterruptedException {
        var ready = jvm;
        if (ready != null && ready.awaitAsked(INIT_LIMIT).isEmpty()) {
            return serve(ready, event);
        }
        // One that ended after its last answer has not seen this event.
        end();
        var init = init();
        if (init.failure().isPresent()) {
            var failure = init.failure().get();
            LOG.warn("{} could not be initialised: {}", function.name(), failure);
            command.note("INIT_REPORT " + inWords(failure, function.timeout()));
            end();
            return failure;
        }
        return serve(init.jvm(), event);
    }

    private InvocationResult serve(Jvm ready, byte[] event) throws InterruptedException {
        var invocation = invocation(event);
        var result = ready.invoke(invocation, function.timeout());
        if (ready.isSpent()) {
            LOG.warn("{}: its process is replaced: {}", function.name(), result);
            command.note(invocation.requestId() + " " + inWords(result, function.timeout()));
            end();
        }
        return result;
    }

    /** A process, and what went wrong with it if something did. */
    private record Init(Jvm jvm, Optional<InvocationResult> failure) {}

    /** Takes its turn, so that the time is not counted while others have the processors. */
    private Init init() throws IOException, InterruptedException {
        turns.acquire();
        try {
            var first = start(INIT_LIMIT);
            if (first.failure().orElse(null) instanceof TimedOut) {
                LOG.warn("{}: the init takes too long and is done again", function.name());
                command.note("INIT_REPORT " + inWords(new TimedOut(), INIT_LIMIT));
                end();
                return start(function.timeout());
            }
            return first;
        } finally {
            turns.release();
        }
    }

    private Init start(Duration limit) throws IOException, InterruptedException {
        var started = Jvm.start(command.prepare(temporary), function.memoryMegabytes());
        jvm = started;
        return new Init(started, started.awaitAsked(limit));
    }

    /** As Lambda says it in the log of the function. */
    private static String inWords(InvocationResult result, Duration limit) {
        return switch (result) {
            case TimedOut() ->
                    String.format(
                            Locale.ROOT,
                            "Task timed out after %.2f seconds",
                            limit.toMillis() / 1_000.0);
            case Failed(var type, var message) -> type + ": " + message;
            case InvocationResult.Answered _,
                    InvocationResult.Throttled _,
                    InvocationResult.TooLarge _ ->
                    "";
        };
    }

    private Invocation invocation(byte[] event) {
        return new Invocation(
                UUID.randomUUID().toString(),
                System.currentTimeMillis() + function.timeout().toMillis(),
                "arn:aws:lambda:local:000000000000:function:" + function.name(),
                event);
    }
}
