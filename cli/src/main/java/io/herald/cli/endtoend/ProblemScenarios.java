package io.herald.cli.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Each way to call it wrongly is answered with a problem document, and says what is wrong. */
final class ProblemScenarios {
    private static final int TOO_LARGE = 5 * 1024 * 1024 + 1_024;
    private static final String NO_NOTIFICATION =
            "/v1/notifications/00000000-0000-7000-8000-000000000000";

    private ProblemScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("400: what cannot be read", ProblemScenarios::malformed),
                new Scenario("401: no key, or a wrong one", ProblemScenarios::unauthenticated),
                new Scenario("404: what is not there", ProblemScenarios::notFound),
                new Scenario("405: another method", ProblemScenarios::otherMethod),
                new Scenario("413: more than 5 MiB", ProblemScenarios::tooLarge),
                new Scenario("415: something else than JSON", ProblemScenarios::mediaType),
                new Scenario("422: every wrong field at once", ProblemScenarios::invalid));
    }

    /** A user that is never made. */
    private static String path(Visit visit) {
        return visit.remembered("/v1/users/" + visit.name("user"));
    }

    private static void malformed(Visit visit) throws InterruptedException {
        var path = path(visit);
        for (var body : List.of("{\"email\":", "", "{\"locale\": \"de\", \"locale\": \"en\"}")) {
            visit.expectProblem(visit.call(Call.put(path, body)), 400, "malformed");
        }
        visit.expectProblem(
                visit.call(Call.put(path, "{}").with("If-Match", "no tag")), 400, "malformed");
    }

    private static void unauthenticated(Visit visit) throws InterruptedException {
        expectChallenge(visit, visit.call(Call.get(path(visit)).withoutKey()), "Bearer");
        expectChallenge(
                visit,
                visit.call(
                        Call.get(path(visit))
                                .withoutKey()
                                .with("Authorization", "Bearer hk_" + "A".repeat(43))),
                "Bearer.*error=\"invalid_token\"");
    }

    /** API Gateway gives the challenge of RFC 6750 another name. */
    private static void expectChallenge(Visit visit, Answer answer, String pattern)
            throws InterruptedException {
        visit.expectProblem(answer, 401, "unauthenticated");
        answer.expectHeader(
                answer.header("WWW-Authenticate").isPresent()
                        ? "WWW-Authenticate"
                        : "x-amzn-Remapped-WWW-Authenticate",
                pattern);
    }

    private static void notFound(Visit visit) throws InterruptedException {
        for (var path :
                List.of(
                        "/v1/" + visit.name("nothing"),
                        "/" + visit.name("nothing"),
                        "/problems/" + visit.name("nothing"),
                        NO_NOTIFICATION,
                        NO_NOTIFICATION + "/events",
                        "/v1/users/" + visit.name("nobody"),
                        "/v1/templates/" + visit.name("nothing"),
                        "/v1/categories/" + visit.name("nothing"))) {
            visit.expectProblem(visit.call(Call.get(path)), 404, "not-found");
        }
    }

    private static void otherMethod(Visit visit) throws InterruptedException {
        expectAllowed(visit, Call.delete("/v1/notifications"), "GET", "POST");
        expectAllowed(visit, Call.post(path(visit), "{}"), "GET", "PUT", "PATCH", "DELETE");
        expectAllowed(visit, Call.put("/healthz", "{}"), "GET");
    }

    private static void expectAllowed(Visit visit, Call call, String... methods)
            throws InterruptedException {
        var answer = visit.expectProblem(visit.call(call), 405, "method-not-allowed");
        var allowed = List.of(answer.header("Allow").orElse("").split(" *, *"));
        if (!allowed.containsAll(Arrays.asList(methods))) {
            throw answer.unexpected("a header Allow with %s".formatted(String.join(", ", methods)));
        }
    }

    private static void tooLarge(Visit visit) throws InterruptedException {
        var path = path(visit);
        var large = "{\"attributes\": {\"a\": \"%s\"}}".formatted("x".repeat(TOO_LARGE));
        visit.expectProblem(visit.call(Call.put(path, large)), 413, "too-large");
        visit.expectProblem(
                visit.call(
                        Call.put(path, "")
                                .body(BodyPublishers.ofByteArray(zipped(large)))
                                .with("Content-Encoding", "gzip")),
                413,
                "too-large");
        visit.expectProblem(visit.call(Call.get(path)), 404, "not-found");
    }

    static byte[] zipped(String text) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void mediaType(Visit visit) throws InterruptedException {
        var path = path(visit);
        visit.expectProblem(
                visit.call(Call.put(path, "{}").with("Content-Type", "text/plain")),
                415,
                "unsupported-media-type");
        visit.expectProblem(
                        visit.call(Call.patch(path, "{}").with("Content-Type", "application/xml")),
                        415,
                        "unsupported-media-type")
                .expectHeader("Accept-Patch", "application/merge-patch\\+json");
    }

    private static void invalid(Visit visit) throws InterruptedException {
        visit.expectProblem(
                        visit.call(
                                Call.put(
                                        path(visit),
                                        """
                                        {"email": "nowhere", "phone": "12", "timezone": "Mars/North",
                                         "pushTokens": [{"provider": "fcm"}], "mail": "x", "locale": 7}
                                        """)),
                        422,
                        "invalid")
                .expectErrors(
                        "/email", "/phone", "/timezone", "/pushTokens/0/token", "/mail", "/locale");
    }
}
