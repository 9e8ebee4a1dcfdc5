package io.herald.local.ticker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.catalog.FunctionDeclaration;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.Invoker;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An EventBridge rule with a rate, and the asynchronous invocations it makes with retries set to 0:
 * the first run at the start, then one at each interval, whether or not those before have ended, up
 * to the function's concurrency; a run beyond that is left out, and one that fails is not repeated.
 * The event is that of a scheduled rule.
 */
public final class Ticker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final FunctionDeclaration function;
    private final Duration rate;
    private final Invoker invoker;
    private final Clock clock;
    private final Semaphore free;
    private final Set<Thread> runs = ConcurrentHashMap.newKeySet();
    private final Thread schedule;

    private Ticker(
            FunctionDeclaration function,
            Duration rate,
            Invoker invoker,
            int concurrency,
            Clock clock) {
        this.function = function;
        this.rate = rate;
        this.invoker = invoker;
        this.clock = clock;
        this.free = new Semaphore(concurrency);
        this.schedule = Thread.ofVirtual().name("ticker-" + function.name()).unstarted(this::tick);
    }

    /**
     * Starts the schedule.
     *
     * @param rate a minute at the finest in the cloud; not checked here, so that tests need not
     *     wait
     * @param concurrency how many runs may overlap
     */
    public static Ticker start(
            FunctionDeclaration function,
            Duration rate,
            Invoker invoker,
            int concurrency,
            Clock clock) {
        var ticker = new Ticker(function, rate, invoker, concurrency, clock);
        ticker.schedule.start();
        return ticker;
    }

    /** Interrupts the runs under way and waits for them, a few seconds at most. */
    @Override
    public void close() {
        schedule.interrupt();
        try {
            schedule.join(GRACE);
            runs.forEach(Thread::interrupt);
            var ends = System.nanoTime() + GRACE.toNanos();
            for (var run : runs) {
                run.join(Duration.ofNanos(Math.max(0, ends - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        var next = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            startRun();
            next += rate.toNanos();
            try {
                Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void startRun() {
        if (!free.tryAcquire()) {
            LOG.warn("{}: a run is left out, since those before still go on", function.name());
            return;
        }
        var run =
                Thread.ofVirtual().name("ticker-" + function.name() + "-run").unstarted(this::run);
        runs.add(run);
        run.start();
    }

    private void run() {
        try {
            // A little more than the function has, so that it is the function that times out.
            log(invoker.invoke(event(), function.timeout().plusSeconds(1)));
        } catch (InterruptedException e) {
            // The stop; the run has been told.
            Thread.currentThread().interrupt();
        } finally {
            free.release();
            runs.remove(Thread.currentThread());
        }
    }

    private void log(InvocationResult result) {
        switch (result) {
            case InvocationResult.Answered _ -> LOG.debug("{} has run", function.name());
            case InvocationResult.Failed(var type, var message) ->
                    LOG.warn("{} failed: {}: {}", function.name(), type, message);
            case InvocationResult.TimedOut _,
                    InvocationResult.Throttled _,
                    InvocationResult.TooLarge _ ->
                    LOG.warn("{} did not run to its end: {}", function.name(), result);
        }
    }

    private byte[] event() {
        var event =
                JSON.createObjectNode()
                        .put("version", "0")
                        .put("id", UUID.randomUUID().toString())
                        .put("detail-type", "Scheduled Event")
                        .put("source", "aws.events")
                        .put("account", "000000000000")
                        .put("time", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("region", "local");
        event.putArray("resources")
                .add("arn:aws:events:local:000000000000:rule/" + function.name());
        event.putObject("detail");
        try {
            return JSON.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
