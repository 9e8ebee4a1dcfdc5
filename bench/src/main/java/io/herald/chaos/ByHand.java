package io.herald.chaos;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.bench.BenchException;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What people do afterwards: they have some dead letters tried again, and look up with the provider
 * what became of some of those of which Herald does not know.
 */
final class ByHand {
    // As many as one call may name.
    private static final int MOST = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Api api;
    private final List<NotificationId> dead;
    private final List<NotificationId> unknown;

    /**
     * @param stories how all of it stands; not kept
     */
    ByHand(Api api, Map<NotificationId, Story> stories) {
        this.api = api;
        this.dead = everySecond(stories, Status.FAILED);
        this.unknown = everySecond(stories, Status.UNKNOWN);
    }

    /** Every second dead one, as one job; returns at its end. */
    void replay() throws InterruptedException {
        var selection = JsonNodeFactory.instance.objectNode();
        var ids = selection.putArray("ids");
        dead.forEach(id -> ids.add(id.toString()));
        if (ids.isEmpty()) {
            return;
        }
        var made =
                Caller.require(
                        202,
                        api.call(
                                "POST",
                                "/v1/dead-letters/replay",
                                selection.toString(),
                                UUID.randomUUID().toString()));
        var path = "/v1/jobs/" + made.body().path("id").asText();
        var ends = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var job = Caller.require(200, api.call("GET", path, "", "")).body();
            switch (job.path("state").asText()) {
                case "queued", "running" -> {
                    if (System.nanoTime() - ends > 0) {
                        throw new BenchException("Dead letters are not replayed: " + job);
                    }
                    Thread.sleep(LOOK_EVERY);
                }
                case "done" -> {
                    return;
                }
                default -> throw new BenchException("Dead letters were not replayed: " + job);
            }
        }
    }

    /**
     * Every second unknown one: what the provider has, was sent. Of the others half are given up,
     * and half are tried again.
     *
     * @param taken what the provider has
     */
    void resolve(Set<NotificationId> taken) throws InterruptedException {
        boolean again = false;
        for (var id : unknown) {
            String outcome;
            if (taken.contains(id)) {
                outcome = "sent";
            } else {
                outcome = again ? "retry" : "failed";
                again = !again;
            }
            var answer =
                    api.call(
                            "POST",
                            "/v1/notifications/%s/resolve".formatted(id),
                            "{\"outcome\":\"%s\"}".formatted(outcome),
                            "");
            // A receipt may have settled it in between.
            if (answer.status() != 200 && answer.status() != 409) {
                throw new BenchException("A resolve was answered with " + answer);
            }
        }
    }

    private static List<NotificationId> everySecond(
            Map<NotificationId, Story> stories, Status status) {
        var all =
                stories.entrySet().stream()
                        .filter(entry -> entry.getValue().status() == status)
                        .map(Map.Entry::getKey)
                        .sorted(comparing(NotificationId::value))
                        .toList();
        return IntStream.range(0, all.size())
                .filter(i -> i % 2 == 0)
                .mapToObj(all::get)
                .limit(MOST)
                .toList();
    }
}
