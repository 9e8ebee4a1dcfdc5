package io.herald.local.lambda;

import io.herald.catalog.FunctionDeclaration;
import java.util.Map;

/** Makes the environments of functions. */
@FunctionalInterface
public interface EnvironmentFactory {

    /**
     * Makes an environment, at no cost: what it runs is started by its first request.
     *
     * @param variables the environment variables of the function, those that Lambda itself sets
     *     (AWS_LAMBDA_FUNCTION_NAME, ...) included
     */
    Environment create(FunctionDeclaration function, Map<String, String> variables);

    /** Environments in this process, each with a handler of its own. */
    static EnvironmentFactory inThisProcess(HandlerFactory handlers) {
        return (function, variables) -> new HandlerEnvironment(function, variables, handlers);
    }
}
