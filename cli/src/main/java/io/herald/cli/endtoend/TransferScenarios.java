package io.herald.cli.endtoend;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

/** What every answer has, and how bodies travel. */
final class TransferScenarios {
    private TransferScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("gzip both ways, and identity", TransferScenarios::gzip),
                new Scenario("RateLimit headers", TransferScenarios::rateLimit),
                new Scenario("each request has an id of its own", TransferScenarios::requestIds));
    }

    private static void gzip(Visit visit) throws InterruptedException {
        var path = visit.remembered("/v1/templates/" + visit.name("template"));
        // Long enough to be worth it, which the gateway decides.
        var json =
                "{\"inbox\": {\"title\": \"Long\", \"body\": \"%s\"}}"
                        .formatted("Täglich. ".repeat(2_000));
        var created =
                visit.call(
                                Call.put(path, "")
                                        .body(
                                                BodyPublishers.ofByteArray(
                                                        ProblemScenarios.zipped(json)))
                                        .with("Content-Encoding", "gzip"))
                        .expect(201);

        var plain =
                visit.call(Call.get(path).with("Accept-Encoding", "identity"))
                        .expect(200)
                        .expectNoHeader("Content-Encoding")
                        .expect("", created.json());
        visit.call(Call.get(path)).expect(200).expectNoHeader("Content-Encoding");
        var zipped = visit.call(Call.get(path).with("Accept-Encoding", "gzip")).expect(200);
        if (!zipped.unzipped().equals(plain.json())) {
            throw zipped.unexpected("the same in gzip as in identity");
        }
    }

    private static void rateLimit(Visit visit) throws InterruptedException {
        visit.call(Call.get("/v1/categories/security"))
                .expect(200)
                .expectHeader("RateLimit-Policy", "\"[^\"]+\";q=\\d+;w=\\d+")
                .expectHeader("RateLimit", "\"[^\"]+\";r=\\d+;t=\\d+");
    }

    private static void requestIds(Visit visit) throws InterruptedException {
        var first = visit.call(Call.get("/healthz")).expect(200);
        var second = visit.call(Call.get("/healthz")).expect(200);
        if (first.requestId().equals(second.requestId())) {
            throw second.unexpected("another request id than of the call before");
        }
    }
}
