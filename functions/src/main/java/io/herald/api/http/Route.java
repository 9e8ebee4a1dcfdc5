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
 */
public record Route(
        String method,
        String template,
        @Nullable Scope scope,
        List<String> queryParameters,
        Action action) {
    public Route {
        queryParameters = List.copyOf(queryParameters);
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
}
