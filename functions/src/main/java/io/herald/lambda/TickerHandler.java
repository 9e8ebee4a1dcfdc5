package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.concurrent.Deadline;
import io.herald.schedule.TickLoop;
import io.herald.wiring.Wiring;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;

/**
 * The ticking function: relays the outbox, does due work and reconciles, again and again for most
 * of its timeout, so that with a rate of a minute there is always one run under way, and for a
 * while two.
 */
public final class TickerHandler implements RequestStreamHandler, AutoCloseable {

    /** What a run leaves of its timeout, to end in order. */
    private static final Duration SPARE = Duration.ofSeconds(15);

    private final Wiring wiring;
    private final TickLoop loop;

    public TickerHandler() {
        this(System.getenv());
    }

    public TickerHandler(Map<String, String> environment) {
        this.wiring = new Wiring(environment);
        this.loop = wiring.tickLoop();
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) {
        var timeout = Duration.ofMillis(context.getRemainingTimeInMillis());
        loop.run(Deadline.in(timeout.minus(SPARE), wiring.nanoTime()));
    }

    @Override
    public void close() {
        wiring.close();
    }
}
