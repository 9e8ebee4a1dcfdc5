package io.herald.api.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.notification.TenantId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that found its route and was let in.
 *
 * @param tenant who calls; null on a route that needs no key
 * @param pathParameters decoded
 * @param query what is wrong with it is in problems
 * @param problems collects what is wrong with the input
 * @param meter charges what the call costs; null on a route that needs no key
 */
public record Call(
        HttpRequest request,
        @Nullable TenantId tenant,
        Map<String, String> pathParameters,
        Query query,
        InputProblems problems,
        @Nullable Meter meter) {

    /** Who calls, on a route that needs a key. */
    public TenantId caller() {
        return requireNonNull(tenant, "this route needs a key");
    }

    /** A parameter of the path, decoded; any text there is. */
    public String path(String name) {
        return requireNonNull(pathParameters.get(name), name);
    }

    /**
     * A parameter of the path that must have a form, for what is about to be made under its name.
     *
     * @return null when it is wrong, which is collected
     */
    public @Nullable String path(String name, Format format) {
        var text = path(name);
        var wrong =
                Texts.isStorable(text)
                        ? format.problemWith(text)
                        : Optional.of("must not contain NUL characters or unpaired surrogates");
        wrong.ifPresent(detail -> problems.addParameter(name, detail));
        return wrong.isEmpty() ? text : null;
    }

    /**
     * The body.
     *
     * @throws ProblemException as {@link JsonBody#read}
     */
    public JsonNode body() {
        return JsonBody.read(request);
    }

    /**
     * The body of a PATCH.
     *
     * @throws ProblemException as {@link JsonBody#readMergePatch}
     */
    public JsonNode mergePatch() {
        return JsonBody.readMergePatch(request);
    }

    /**
     * Charges the caller, on a route whose action counts what a call costs; once, and before
     * anything is done.
     *
     * @param cost in notifications, 1 or more
     * @throws ProblemException 429 when it is more than is left; 503 when nobody can say
     */
    public void charge(int cost) {
        requireNonNull(meter, "this route needs a key").charge(cost);
    }
}
