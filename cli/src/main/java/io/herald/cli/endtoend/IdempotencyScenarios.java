package io.herald.cli.endtoend;

import static io.herald.cli.endtoend.BatchScenarios.batch;
import static io.herald.cli.endtoend.BatchScenarios.titled;

import io.herald.cli.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same call twice is one. */
final class IdempotencyScenarios {
    private static final int AT_ONCE = 10;
    private static final String KEY = "Idempotency-Key";
    private static final String REPLAYED = "Idempotent-Replayed";

    private IdempotencyScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("a key sends once", IdempotencyScenarios::once),
                new Scenario("a key holds for one body", IdempotencyScenarios::anotherBody),
                new Scenario("10 equal calls at once send once", IdempotencyScenarios::atOnce),
                new Scenario("a key of an item sends once", IdempotencyScenarios::item));
    }

    private static void once(Visit visit) throws InterruptedException {
        var user = visit.user();
        for (var path : List.of("/v1/notifications", "/v1/notifications/batch")) {
            var message = titled(user, "Once");
            var call =
                    Call.post(path, path.endsWith("/batch") ? batch(List.of(message)) : message)
                            .with(KEY, visit.name("key"));
            var first = visit.call(call).expect(202).expectNoHeader(REPLAYED);
            visit.call(call).expect(202).expectHeader(REPLAYED, "true$").expect("", first.json());
        }
        expectNotifications(visit, user, 2);
    }

    private static void anotherBody(Visit visit) throws InterruptedException {
        var user = visit.user();
        var key = visit.name("key");
        // What was refused is not kept.
        visit.expectProblem(
                visit.call(Call.post("/v1/notifications", "{}").with(KEY, key)), 422, "invalid");
        visit.call(Call.post("/v1/notifications", titled(user, "This")).with(KEY, key))
                .expect(202)
                .expectNoHeader(REPLAYED);
        visit.expectProblem(
                        visit.call(
                                Call.post("/v1/notifications", titled(user, "That"))
                                        .with(KEY, key)),
                        422,
                        "invalid")
                .expectErrors(KEY);
        expectNotifications(visit, user, 1);
    }

    private static void atOnce(Visit visit) throws InterruptedException {
        var user = visit.user();
        var call =
                Call.post("/v1/notifications", titled(user, "At once"))
                        .with(KEY, visit.name("key"));
        var answers = together(visit, call);
        for (var answer : answers) {
            answer.expect(202).expect("", answers.getFirst().json());
        }
        var executed = answers.stream().filter(it -> it.header(REPLAYED).isEmpty()).toList();
        if (executed.size() != 1) {
            throw answers.getFirst()
                    .unexpected(
                            "one of %d answers without the header %s, not %d"
                                    .formatted(AT_ONCE, REPLAYED, executed.size()));
        }
        expectNotifications(visit, user, 1);
    }

    private static List<Answer> together(Visit visit, Call call) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Answer>>();
            for (var i = 0; i < AT_ONCE; i++) {
                calls.add(() -> visit.call(call));
            }
            var answers = new ArrayList<Answer>();
            for (Future<Answer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnexpectedAnswer unexpected) {
                throw unexpected;
            }
            throw new IllegalStateException(e);
        }
    }

    private static void item(Visit visit) throws InterruptedException {
        var user = visit.user();
        var keyed =
                "{\"userId\": \"%s\", \"channels\": [\"inbox\"], \"idempotencyKey\": \"%s\", %s}";
        var key = visit.name("key");
        var content = "\"content\": {\"inbox\": {\"title\": \"%s\"}}";
        var message = keyed.formatted(user, key, content.formatted("This"));
        var first =
                visit.call(Call.post("/v1/notifications/batch", batch(List.of(message))))
                        .expect(202)
                        .expectThat("an item that is new", it -> !it.at("/data/0").has("replayed"));
        var answer =
                visit.call(
                                Call.post(
                                        "/v1/notifications/batch",
                                        batch(
                                                List.of(
                                                        titled(user, "Another"),
                                                        message,
                                                        keyed.formatted(
                                                                user,
                                                                key,
                                                                content.formatted("That"))))))
                        .expect(202)
                        .expect("/accepted", 2)
                        .expect("/rejected", 1)
                        .expect("/data/1/replayed", true)
                        .expect("/data/1/notifications", first.at("/data/0/notifications"));
        answer.expect("/data/2/problem/errors/0/pointer", "/notifications/2/idempotencyKey");
        expectNotifications(visit, user, 2);
    }

    private static void expectNotifications(Visit visit, String user, int count)
            throws InterruptedException {
        visit.call(Call.get("/v1/notifications?limit=100&userId=" + user))
                .expect(200)
                .expect("/nextCursor", Json.read("null"))
                .expectThat(count + " notifications in all", it -> it.at("/data").size() == count);
    }
}
