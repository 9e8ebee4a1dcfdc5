package io.herald.local.lambda;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.catalog.FunctionDeclaration;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.Payload;
import io.herald.local.lambda.InvocationResult.TooLarge;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An environment in this process: one handler, with an object graph of its own. */
final class HandlerEnvironment implements Environment {

    private static final Logger LOG = LoggerFactory.getLogger(HandlerEnvironment.class);

    private final String id = UUID.randomUUID().toString();
    private final FunctionDeclaration function;
    private final Map<String, String> variables;
    private final HandlerFactory factory;
    private @Nullable RequestStreamHandler handler;
    private volatile boolean broken;

    HandlerEnvironment(
            FunctionDeclaration function, Map<String, String> variables, HandlerFactory factory) {
        this.function = function;
        this.variables = variables;
        this.factory = factory;
    }

    @Override
    public Duration limit() {
        return function.timeout();
    }

    @Override
    public boolean isBroken() {
        return broken;
    }

    @Override
    public InvocationResult run(byte[] event) {
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

    @Override
    public void end() {
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
