package io.herald.bench;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.attempt.Outcome;
import io.herald.delivery.Breakers;
import io.herald.delivery.HandOverOneByOne;
import io.herald.delivery.Message;
import io.herald.lambda.DeliveryHandler;
import io.herald.local.lambda.HandlerFactory;
import io.herald.notification.Channel;
import io.herald.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The email lane's function as it is, but for its provider, which answers at once: so that Herald
 * is measured, and not a mail server. Counts in this process what went through it, which costs the
 * database nothing.
 */
final class InstantDelivery {
    static final String FUNCTION = "deliver-email";

    // As the settings have them by default.
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int PARALLEL = 50;

    private static final Outcome SENT = new Outcome.Sent(null);

    private final AtomicLong handedOver = new AtomicLong();
    private final AtomicLong recorded = new AtomicLong();

    /** How many messages the provider was given. */
    long handedOver() {
        return handedOver.get();
    }

    /** How many of them were in invocations that have ended well, so their SENT is committed. */
    long recorded() {
        return recorded.get();
    }

    /** Makes that function's handlers, and leaves the others to another factory. */
    HandlerFactory in(HandlerFactory others) {
        return (function, environment) ->
                function.name().equals(FUNCTION)
                        ? new Counted(environment)
                        : others.create(function, environment);
    }

    /** One environment of the function; one invocation at a time. */
    private final class Counted implements RequestStreamHandler, AutoCloseable {
        private final AtomicLong inThisInvocation = new AtomicLong();
        private final DeliveryHandler handler;

        Counted(Map<String, String> environment) {
            var wiring = new Wiring(environment);
            var handOver =
                    new HandOverOneByOne<>(
                            (_, _) -> {
                                handedOver.incrementAndGet();
                                inThisInvocation.incrementAndGet();
                                return SENT;
                            },
                            Message.Email.class,
                            TIMEOUT,
                            PARALLEL,
                            new Breakers(TIMEOUT, System::nanoTime, new Random()));
            handler =
                    new DeliveryHandler(
                            wiring.deliverBatch(Map.of(Channel.EMAIL, handOver)), wiring::close);
        }

        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context)
                throws IOException {
            inThisInvocation.set(0);
            handler.handleRequest(input, output, context);
            recorded.addAndGet(inThisInvocation.get());
        }

        @Override
        public void close() {
            handler.close();
        }
    }
}
