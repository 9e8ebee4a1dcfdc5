package io.herald.api.http;

import io.herald.tenant.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the API.
 *
 * @param method in upper case
 * @param template a path with parameters in braces, as in the OpenAPI document
 * @param scope what a key needs; null when no key is needed
 * @param queryParameters the names of those that it takes
 * @param costCounted whether the action charges what the call costs, when it has counted that; else
 *     the call costs 1
 */
public record Route(
        String method,
        String template,
        @Nullable Scope scope,
        List<String> queryParameters,
        boolean costCounted,
        Action action) {
    public Route {
        queryParameters = List.copyOf(queryParameters);
    }

    /** A route on which each call costs 1. */
    public Route(
            String method,
            String template,
            @Nullable Scope scope,
            List<String> queryParameters,
            Action action) {
        this(method, template, scope, queryParameters, false, action);
    }

    /** What an operation does. */
    @FunctionalInterface
    public interface Action {
        /**
         * @throws ProblemException when it cannot be done
         */
        HttpResponse answer(Call call);
    }

    /** A route that takes no query parameters. */
    public static Route of(String method, String template, @Nullable Scope scope, Action action) {
        return new Route(method, template, scope, List.of(), action);
    }

    /** The same, with an action that calls {@link Call#charge} with what the call costs. */
    public Route withCostCounted() {
        return new Route(method, template, scope, queryParameters, true, action);
    }
}
