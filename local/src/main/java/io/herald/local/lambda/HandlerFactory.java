package io.herald.local.lambda;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.catalog.FunctionDeclaration;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;

/** Makes the handler, and with it the object graph, of one new environment. */
@FunctionalInterface
public interface HandlerFactory {

    /**
     * Makes a handler that no other environment shares. Called on the thread that will run it. If
     * the handler is {@link AutoCloseable} it is closed when its environment ends.
     *
     * @param environment the environment variables of the function
     * @throws Exception whatever goes wrong; the invocation that needed the environment then fails
     *     and the next one tries again, as with an error in Lambda's init
     */
    RequestStreamHandler create(FunctionDeclaration function, Map<String, String> environment)
            throws Exception;

    /**
     * Loads the class that the catalog names and calls its public constructor that takes the
     * environment as {@code Map<String, String>}.
     */
    static HandlerFactory reflective() {
        return (function, environment) -> {
            var type = Class.forName(function.handler()).asSubclass(RequestStreamHandler.class);
            try {
                return type.getConstructor(Map.class).newInstance(environment);
            } catch (InvocationTargetException e) {
                switch (e.getCause()) {
                    case Exception cause -> throw cause;
                    case Error cause -> throw cause;
                    case null, default -> throw e;
                }
            }
        };
    }
}
