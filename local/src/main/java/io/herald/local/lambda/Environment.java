package io.herald.local.lambda;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.catalog.FunctionDeclaration;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.Payload;
import io.herald.local.lambda.InvocationResult.TooLarge;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One environment: one handler, one thread, one request at a time. As in Lambda the same thread
 * runs every request of an environment, so what a library keeps for each thread is kept. Not
 * thread-safe: the pool hands it to one caller at a time.
 */
final class Environment {

    private static final Logger LOG = LoggerFactory.getLogger(Environment.class);

    private final String id = UUID.randomUUID().toString();
    private final FunctionDeclaration function;
    private final Map<String, String> variables;
    private final HandlerFactory factory;
    private final ExecutorService thread;
    // Written and read on the environment's own thread only.
    private @Nullable RequestStreamHandler handler;
    private volatile boolean broken;

    Environment(
            FunctionDeclaration function, Map<String, String> variables, HandlerFactory factory) {
        this.function = function;
        this.variables = variables;
        this.factory = factory;
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name(function.name()).daemon().factory());
    }

    /** An invocation, not yet started; cancelling it with interruption interrupts the handler. */
    FutureTask<InvocationResult> prepare(byte[] event) {
        return new FutureTask<>(() -> run(event));
    }

    void start(FutureTask<InvocationResult> invocation) {
        thread.execute(invocation);
    }

    /** Whether an error has left it in a state that no further request should see. */
    boolean broken() {
        return broken;
    }

    /** Interrupts what runs and closes the handler once it has returned. Does not wait. */
    void discard() {
        broken = true;
        // In this order: the interrupt is for the run, and closing must not see it.
        thread.execute(this::closeHandler);
        thread.shutdown();
    }

    boolean hasEnded() {
        return thread.isTerminated();
    }

    /** Waits until the handler is closed; false if it still runs when the time is over. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return thread.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }

    private InvocationResult run(byte[] event) {
        try {
            var current = handler;
            if (current == null) {
                current = factory.create(function, variables);
                handler = current;
            }
            var response = new BoundedOutput();
            current.handleRequest(
                    new ByteArrayInputStream(event), response, new InvocationContext(function, id));
            return response.exceeded()
                    ? new TooLarge(Payload.RESPONSE, response.written())
                    : new Answered(response.bytes());
        } catch (Exception e) {
            LOG.debug("{} failed", function.name(), e);
            return failed(e);
        } catch (Error e) {
            // Out of memory, stack overflow, a class that cannot be loaded: Lambda ends such an
            // environment, since nobody knows what state the error has left behind.
            broken = true;
            LOG.warn("{}: an error ended the environment", function.name(), e);
            return failed(e);
        }
    }

    private void closeHandler() {
        // The interrupt that ended the last run is not meant for the closing.
        Thread.interrupted();
        if (handler instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("{}: closing the handler failed", function.name(), e);
            }
        }
        handler = null;
    }

    private static Failed failed(Throwable thrown) {
        return new Failed(
                thrown.getClass().getName(), Objects.requireNonNullElse(thrown.getMessage(), ""));
    }
}
