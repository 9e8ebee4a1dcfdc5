package io.herald.local.lambda;

import io.herald.catalog.Catalog;
import io.herald.catalog.FunctionDeclaration;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.Payload;
import io.herald.local.lambda.InvocationResult.Throttled;
import io.herald.local.lambda.InvocationResult.TimedOut;
import io.herald.local.lambda.InvocationResult.TooLarge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The environments of one function: at most as many as its concurrency, each made when it is first
 * needed, each serving one request at a time. Callers beyond that wait in the order in which they
 * came (Lambda would throttle them at once; its callers would come again).
 *
 * <p>What differs from Lambda for environments in this process: a handler that ignores the
 * interrupt at its timeout cannot be killed. Its environment is given up and replaced all the same,
 * and its thread ends when it returns.
 */
public final class FunctionEnvironments implements Invoker {

    private static final Logger LOG = LoggerFactory.getLogger(FunctionEnvironments.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final FunctionDeclaration function;
    private final Map<String, String> variables;
    private final EnvironmentFactory factory;
    private final Semaphore free;
    // The most recently used first: the warm ones stay warm.
    private final ConcurrentLinkedDeque<EnvironmentThread> idle = new ConcurrentLinkedDeque<>();
    private final Map<EnvironmentThread, Future<InvocationResult>> running =
            new ConcurrentHashMap<>();
    // Given up, and not yet at their end: the stop waits for them too.
    private final Set<EnvironmentThread> ending = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Makes a pool of environments in this process; no environment yet.
     *
     * @param variables the environment variables of the stage; those that Lambda itself sets
     *     (AWS_LAMBDA_FUNCTION_NAME, ...) are added
     * @param concurrency how many environments may exist at the same time, at least 1
     */
    public FunctionEnvironments(
            FunctionDeclaration function,
            Map<String, String> variables,
            HandlerFactory handlers,
            int concurrency) {
        this(function, variables, concurrency, EnvironmentFactory.inThisProcess(handlers));
    }

    /** The same with environments of any kind. */
    public FunctionEnvironments(
            FunctionDeclaration function,
            Map<String, String> variables,
            int concurrency,
            EnvironmentFactory factory) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be at least 1: " + concurrency);
        }
        this.function = function;
        this.variables = withLambdaVariables(function, variables);
        this.factory = factory;
        this.free = new Semaphore(concurrency, true);
    }

    @Override
    public InvocationResult invoke(byte[] event, Duration patience) throws InterruptedException {
        if (event.length > Catalog.INVOCATION_LIMIT_BYTES) {
            return new TooLarge(Payload.REQUEST, event.length);
        }
        var patienceEnds = System.nanoTime() + patience.toNanos();
        if (closed || !free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return new Throttled();
        }
        if (closed) {
            free.release();
            return new Throttled();
        }
        return run(event, patienceEnds);
    }

    /**
     * Ends every environment as a crash of its machine would: what runs is interrupted and fails,
     * and the next invocation starts in a new environment. For tests.
     */
    public void crash() {
        for (var invocation : running.values()) {
            invocation.cancel(true);
        }
        for (var environment = idle.poll(); environment != null; environment = idle.poll()) {
            environment.discard();
        }
    }

    /** The processes that environments have to themselves; none where they share this one. */
    public List<ProcessHandle> processes() {
        return Stream.concat(running.keySet().stream(), idle.stream())
                .flatMap(environment -> environment.process().stream())
                .distinct()
                .toList();
    }

    /** Those of them that are at a request, or start for one. */
    public List<ProcessHandle> busyProcesses() {
        return running.keySet().stream()
                .flatMap(environment -> environment.process().stream())
                .toList();
    }

    /** Interrupts what runs, closes every handler and waits for that, at most a few seconds. */
    @Override
    public void close() {
        closed = true;
        var all = new ArrayList<>(running.keySet());
        all.addAll(idle);
        all.addAll(ending);
        crash();
        var ends = System.nanoTime() + GRACE.toNanos();
        for (var environment : all) {
            try {
                if (!environment.awaitEnd(ends - System.nanoTime())) {
                    LOG.warn("{} still runs; it is left behind", function.name());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private InvocationResult run(byte[] event, long patienceEnds) throws InterruptedException {
        var pooled = idle.poll();
        var environment = pooled == null ? newEnvironment() : pooled;
        var timeoutEnds = System.nanoTime() + environment.limitNanos();
        var invocation = environment.prepare(event);
        // Before it starts, so that a crash at any moment finds it.
        running.put(environment, invocation);
        environment.start(invocation);
        var patient = timeoutEnds - patienceEnds <= 0;
        try {
            var result =
                    await(invocation, (patient ? timeoutEnds : patienceEnds) - System.nanoTime());
            release(environment, invocation);
            return result;
        } catch (TimeoutException e) {
            if (patient) {
                giveUp(environment, invocation);
            } else {
                // The caller leaves, the function goes on: someone has to watch its timeout.
                Thread.ofVirtual()
                        .name(function.name() + "-watch")
                        .start(() -> watch(environment, invocation, timeoutEnds));
            }
            return new TimedOut();
        } catch (InterruptedException e) {
            giveUp(environment, invocation);
            throw e;
        }
    }

    private EnvironmentThread newEnvironment() {
        return new EnvironmentThread(function.name(), factory.create(function, variables));
    }

    private void watch(
            EnvironmentThread environment, Future<InvocationResult> invocation, long timeoutEnds) {
        try {
            await(invocation, timeoutEnds - System.nanoTime());
            release(environment, invocation);
        } catch (TimeoutException | InterruptedException e) {
            giveUp(environment, invocation);
        }
    }

    private InvocationResult await(Future<InvocationResult> invocation, long nanos)
            throws TimeoutException, InterruptedException {
        try {
            return invocation.get(nanos, TimeUnit.NANOSECONDS);
        } catch (CancellationException e) {
            return new Failed("Runtime.ExitError", "the environment was ended");
        } catch (ExecutionException e) {
            // The task catches everything; only a defect of this class comes here.
            throw new IllegalStateException(e.getCause());
        }
    }

    private void release(EnvironmentThread environment, Future<InvocationResult> invocation) {
        if (environment.broken() || invocation.isCancelled() || closed) {
            giveUp(environment, invocation);
            return;
        }
        running.remove(environment);
        idle.push(environment);
        free.release();
        if (closed) {
            crash();
        }
    }

    private void giveUp(EnvironmentThread environment, Future<InvocationResult> invocation) {
        invocation.cancel(true);
        ending.removeIf(EnvironmentThread::hasEnded);
        ending.add(environment);
        running.remove(environment);
        environment.discard();
        free.release();
    }

    private static Map<String, String> withLambdaVariables(
            FunctionDeclaration function, Map<String, String> variables) {
        var all = new HashMap<>(variables);
        all.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
        all.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMegabytes()));
        all.put("_HANDLER", Objects.requireNonNull(function.handler()));
        return Map.copyOf(all);
    }
}
