package io.herald.cli.endtoend;

import io.herald.cli.Json;
import java.util.List;

/** Users, and how two who change one do not lose what the other did. */
final class UserScenarios {
    private UserScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("a user's life", UserScenarios::life),
                new Scenario("users are changed as they were seen", UserScenarios::asSeen),
                new Scenario("users are found by address", UserScenarios::byAddress));
    }

    private static void life(Visit visit) throws InterruptedException {
        // Names are the caller's own, in any letters.
        var name = visit.name("user");
        var path = visit.remembered("/v1/users/" + name + "%20%C3%84");
        var email = visit.address();
        var created =
                visit.call(
                                Call.put(
                                        path,
                                        """
                                        {"email": "%s", "locale": "en-GB",
                                         "attributes": {"plan": "pro", "seats": 3}}
                                        """
                                                .formatted(email)))
                        .expect(201)
                        .expect("/userId", name + " Ä")
                        .expect("/email", email)
                        .expectNull("/phone");
        var seen = visit.call(Call.get(path)).expect(200).expect("", created.json());
        if (!seen.tag().equals(created.tag())) {
            throw seen.unexpected("the ETag of the answer that created it, " + created.tag());
        }
        visit.call(Call.get(path).with("If-None-Match", seen.tag()))
                .expect(304)
                .expectThat("no body", it -> it.text().isEmpty());

        var replaced =
                visit.call(Call.put(path, "{\"timezone\": \"Europe/London\"}"))
                        .expect(200)
                        .expectNull("/email")
                        .expectNull("/locale")
                        .expect("/timezone", "Europe/London")
                        .expect("/attributes", Json.object());
        if (replaced.tag().equals(seen.tag())) {
            throw replaced.unexpected("another ETag than before the change");
        }

        visit.call(Call.patch(path, "{\"locale\": \"de\", \"attributes\": {\"plan\": \"free\"}}"))
                .expect(200)
                .expect("/locale", "de")
                .expect("/timezone", "Europe/London");
        visit.call(Call.patch(path, "{\"locale\": null, \"attributes\": {\"seats\": 4}}"))
                .expect(200)
                .expectNull("/locale")
                .expect("/attributes", Json.read("{\"plan\": \"free\", \"seats\": 4}"));

        visit.call(Call.delete(path)).expect(204).expectThat("no body", it -> it.text().isEmpty());
        visit.expectProblem(visit.call(Call.get(path)), 404, "not-found");
        visit.expectProblem(visit.call(Call.patch(path, "{}")), 404, "not-found");
        visit.expectProblem(visit.call(Call.delete(path)), 404, "not-found");
    }

    private static void asSeen(Visit visit) throws InterruptedException {
        var path = visit.remembered("/v1/users/" + visit.name("user"));
        var first = visit.call(Call.put(path, "{}").with("If-None-Match", "*")).expect(201).tag();
        expectRefused(visit, Call.put(path, "{}").with("If-None-Match", "*"));

        var second =
                visit.call(Call.put(path, "{\"locale\": \"fr\"}").with("If-Match", first))
                        .expect(200)
                        .tag();
        expectRefused(visit, Call.put(path, "{}").with("If-Match", first));
        expectRefused(visit, Call.patch(path, "{\"locale\": \"it\"}").with("If-Match", first));
        expectRefused(visit, Call.delete(path).with("If-Match", first));
        visit.call(Call.get(path)).expect(200).expect("/locale", "fr");

        var third =
                visit.call(Call.patch(path, "{\"locale\": \"it\"}").with("If-Match", second))
                        .expect(200)
                        .tag();
        visit.call(Call.delete(path).with("If-Match", third)).expect(204);
    }

    private static void expectRefused(Visit visit, Call call) throws InterruptedException {
        visit.expectProblem(visit.call(call), 412, "precondition-failed");
    }

    private static void byAddress(Visit visit) throws InterruptedException {
        var address = visit.address();
        var first = visit.user("{\"email\": \"%s\"}".formatted(address));
        var second = visit.user("{\"email\": \"%s\"}".formatted(address.replace("mail", "MAIL")));
        var third = visit.user("{\"email\": \"%s\"}".formatted(address));
        visit.user("{\"email\": \"%s\"}".formatted(visit.address()));

        var list = "/v1/users?email=" + address;
        expectUsers(visit, list, List.of(first, second, third));

        visit.call(Call.delete("/v1/users/" + second)).expect(204);
        visit.call(Call.patch("/v1/users/" + third, "{\"email\": null}")).expect(200);
        expectUsers(visit, list, List.of(first));
    }

    /** One on each page. */
    private static void expectUsers(Visit visit, String list, List<String> users)
            throws InterruptedException {
        var found = visit.walk(list, 1, "userId").stream().sorted().toList();
        if (!found.equals(users.stream().sorted().toList())) {
            throw visit.call(Call.get(list))
                    .unexpected("the users %s, page by page, not %s".formatted(users, found));
        }
    }
}
