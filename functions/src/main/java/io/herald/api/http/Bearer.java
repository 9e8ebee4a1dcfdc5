package io.herald.api.http;

import io.herald.tenant.Access;
import io.herald.tenant.ApiKey;
import io.herald.tenant.Authenticate;
import io.herald.tenant.Scope;
import java.util.Optional;

/** Bearer tokens in the header Authorization (RFC 6750). */
public final class Bearer {
    private static final String CHALLENGE = "Bearer realm=\"herald\"";

    private final Authenticate authenticate;

    public Bearer(Authenticate authenticate) {
        this.authenticate = authenticate;
    }

    /**
     * What the request's key gives access to.
     *
     * @throws ProblemException 401 without a valid key, 403 when it lacks the scope, 400 when there
     *     are several
     */
    public Access access(HttpRequest request, Scope scope) {
        var headers = request.header("authorization");
        if (headers.size() > 1) {
            throw refused(
                    Problem.Type.MALFORMED,
                    "Send one Authorization header.",
                    ", error=\"invalid_request\"");
        }
        var token = headers.isEmpty() ? Optional.<String>empty() : tokenOf(headers.getFirst());
        if (token.isEmpty()) {
            throw refused(
                    Problem.Type.UNAUTHENTICATED,
                    "Send your API key as Authorization: Bearer hk_...",
                    "");
        }
        var access =
                token.flatMap(ApiKey::parse)
                        .flatMap(authenticate::access)
                        .orElseThrow(() ->
                                refused(
                                        Problem.Type.UNAUTHENTICATED,
                                        "This API key is not known, or it was revoked or"
                                                + " has expired.",
                                        ", error=\"invalid_token\""));
        if (!access.scopes().contains(scope)) {
            var name = scope.text();
            throw refused(
                    Problem.Type.INSUFFICIENT_SCOPE,
                    "This call needs a key with the scope " + name + ".",
                    ", error=\"insufficient_scope\", scope=\"" + name + "\"");
        }
        return access;
    }

    private static Optional<String> tokenOf(String header) {
        int space = header.indexOf(' ');
        // Scheme names are case-insensitive (RFC 9110, section 11.1).
        return space > 0 && header.substring(0, space).equalsIgnoreCase("Bearer")
                ? Optional.of(header.substring(space + 1).strip())
                : Optional.empty();
    }

    private static ProblemException refused(Problem.Type type, String detail, String error) {
        return new ProblemException(
                Problem.of(type, detail).with("WWW-Authenticate", CHALLENGE + error));
    }
}
