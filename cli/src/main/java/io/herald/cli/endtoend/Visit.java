package io.herald.cli.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.cli.Json;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A run of the suite against a deployment: makes calls and things, and knows what it made, so that
 * nothing of it stays. For one thread, but for {@link #call}.
 */
final class Visit {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int MOST_PAGES = 1_000;

    private static final Set<String> NEVER_DELIVERED =
            Set.of("FAILED", "BOUNCED", "UNKNOWN", "SUPPRESSED", "CANCELLED", "EXPIRED");

    private final Caller caller;
    private final String prefix;
    private final Deque<String> made = new ArrayDeque<>();
    private final Set<String> pagesSeen = new HashSet<>();
    private int names;

    /**
     * @param prefix of all names; nothing that is there already begins with it
     */
    Visit(Caller caller, String prefix) {
        this.caller = caller;
        this.prefix = prefix;
    }

    Answer call(Call call) throws InterruptedException {
        return caller.send(call);
    }

    /** See {@link Caller#found()}. */
    Set<String> found() {
        return caller.found();
    }

    /** A name that nothing has, good for a user, a template, a category, a key or a domain. */
    String name(String what) {
        names++;
        return prefix + "-" + what + "-" + names;
    }

    /** An address that nobody has, in a domain that never gets mail (RFC 2606). */
    String address() {
        return name("mail") + "@" + prefix + ".example";
    }

    /** A path of something that is to be made, and removed in the end. */
    String remembered(String path) {
        made.push(path);
        return path;
    }

    /** Makes a user who can be reached in the app. */
    String user() throws InterruptedException {
        return user("{}");
    }

    /**
     * Makes a user.
     *
     * @return its id
     */
    String user(String json) throws InterruptedException {
        var id = name("user");
        call(Call.put(remembered("/v1/users/" + id), json)).expect(201);
        return id;
    }

    /**
     * Makes a template.
     *
     * @return its key
     */
    String template(String json) throws InterruptedException {
        var key = name("template");
        call(Call.put(remembered("/v1/templates/" + key), json)).expect(201);
        return key;
    }

    /**
     * Sends a message on one channel.
     *
     * @return the id of its notification
     */
    String send(String json) throws InterruptedException {
        return call(Call.post("/v1/notifications", json))
                .expect(202)
                .expectThat("one notification", it -> it.at("/data").size() == 1)
                .expect("/data/0/status", "PENDING")
                .textAt("/data/0/id");
    }

    /** Sees a notification through until it has one of these statuses, in a minute at most. */
    Answer await(String id, String... statuses) throws InterruptedException {
        var wanted = List.of(statuses);
        return await(
                Call.get("/v1/notifications/" + id),
                "the status " + String.join(" or ", wanted),
                answer -> {
                    var status = answer.textAt("/status");
                    if (NEVER_DELIVERED.contains(status) && !wanted.contains(status)) {
                        throw answer.unexpected("the status " + String.join(" or ", wanted));
                    }
                    return wanted.contains(status);
                });
    }

    /** Repeats a look until it shows what is expected, for a minute at most. */
    Answer await(Call look, String what, Predicate<Answer> holds) throws InterruptedException {
        var startedAt = System.nanoTime();
        while (true) {
            var answer = call(look).expect(200);
            if (holds.test(answer)) {
                return answer;
            }
            if (System.nanoTime() - startedAt > PATIENCE.toNanos()) {
                throw answer.unexpected(what + " within " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(PAUSE);
        }
    }

    /** All that a list has, page by page. */
    List<JsonNode> walk(String path, int limit) throws InterruptedException {
        return walk(path, limit, call(Call.get(withParameter(path, "limit=" + limit))));
    }

    /** The same from the answer of a page on. */
    List<JsonNode> walk(String path, int limit, Answer page) throws InterruptedException {
        var items = new ArrayList<JsonNode>();
        var pages = 1;
        while (true) {
            page.expect(200)
                    .expectThat("an array data", it -> it.at("/data").isArray())
                    .expectThat("at most " + limit + " items", it -> it.at("/data").size() <= limit)
                    .expectThat("a field nextCursor", it -> it.json().has("nextCursor"));
            page.at("/data").forEach(items::add);
            if (page.at("/nextCursor").isNull()) {
                return items;
            }
            if (pages == MOST_PAGES) {
                throw page.unexpected("the end of the list after " + MOST_PAGES + " pages");
            }
            pages++;
            var cursor = URLEncoder.encode(page.textAt("/nextCursor"), UTF_8);
            var next = "limit=" + limit + "&cursor=" + cursor;
            page = call(Call.get(withParameter(path, next)));
        }
    }

    /** The same, of one field of each item. */
    List<String> walk(String path, int limit, String field) throws InterruptedException {
        return walk(path, limit).stream().map(item -> item.path(field).asText()).toList();
    }

    private static String withParameter(String path, String parameter) {
        return path + (path.contains("?") ? "&" : "?") + parameter;
    }

    /**
     * The answer is a problem document of a type, in all that each of them has; and the page of its
     * type is there.
     *
     * @param slug the last part of the type
     */
    Answer expectProblem(Answer answer, int status, String slug) throws InterruptedException {
        answer.expect(status)
                .expectHeader("Content-Type", "application/problem\\+json")
                .expectThat(
                        "the URL of the type " + slug,
                        it -> it.textAt("/type").matches("https?://.+/problems/" + slug))
                .expect("/status", status)
                .expect("/requestId", answer.requestId().orElseThrow())
                .expectThat("a title", it -> it.at("/title").isTextual())
                .expectThat("a detail", it -> it.at("/detail").isTextual());
        if (pagesSeen.add(slug)) {
            call(Call.get(caller.pathOf(answer.textAt("/type"))).withoutKey())
                    .expect(200)
                    .expectHeader("Content-Type", "text/html")
                    .expectThat(
                            "a page with the title of the problem",
                            page -> page.text().contains(answer.textAt("/title")));
        }
        return answer;
    }

    /**
     * Removes all that was made and is still there, the newest first, as a template may name a
     * category. A template that was made is archived: more there is not.
     *
     * @throws InterruptedException once all is removed, or when interrupted again
     */
    void leave() throws InterruptedException {
        UnexpectedAnswer first = null;
        InterruptedException interrupted = null;
        while (!made.isEmpty()) {
            try {
                call(Call.delete(made.getFirst()).with("If-Match", "*"))
                        .expectThat(
                                "status 204 or 404",
                                it -> it.status() == 204 || it.status() == 404);
                made.pop();
            } catch (UnexpectedAnswer e) {
                made.pop();
                first = first == null ? e : first;
            } catch (InterruptedException e) {
                if (interrupted != null) {
                    throw e;
                }
                interrupted = e;
            }
        }
        if (interrupted != null) {
            throw interrupted;
        }
        if (first != null) {
            throw first;
        }
    }

    /** Text as a string in JSON. */
    static String quoted(String text) {
        return Json.object().textNode(text).toString();
    }
}
