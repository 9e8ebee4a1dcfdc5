package io.herald.chaos;

import static java.util.Comparator.comparing;

import io.herald.bench.BenchException;
import io.herald.notification.NotificationId;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Submits for persons of its own, one call after the other. Cancels and reschedules some of what it
 * scheduled.
 */
final class Caller {
    private static final int PERSONS = 40;
    private static final int LARGEST_BATCH = 150;

    // One in so many is for later.
    private static final int SCHEDULED_OF_BATCH = 20;
    private static final int SCHEDULED_ALONE = 2;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);
    private static final int WAIT_SPREAD_MILLIS = 6_000;

    private final int number;
    private final Api api;
    private final URI webhooks;
    private final Promises promises;
    private final Pace pace;
    private final Clock clock;
    private final Random random;
    private final PriorityQueue<Change> changes = new PriorityQueue<>(comparing(Change::at));

    /** What is to be done to a scheduled one, and when. */
    private record Change(Promise promise, Instant at, boolean cancel) {}

    /** One message before it has an id. */
    private record Draft(
            String person,
            String channel,
            boolean urgent,
            boolean once,
            @Nullable Instant scheduledFor) {

        String lane() {
            return urgent ? "urgent" : channel;
        }

        String category() {
            return urgent ? "security" : once ? Chaos.ONCE : "transactional";
        }
    }

    /**
     * @param webhooks where webhooks of its persons go to
     */
    Caller(
            int number,
            Api api,
            URI webhooks,
            Promises promises,
            Pace pace,
            Clock clock,
            long seed) {
        this.number = number;
        this.api = api;
        this.webhooks = webhooks;
        this.promises = promises;
        this.pace = pace;
        this.clock = clock;
        this.random = new Random(seed * 1_000 + number);
    }

    /** Makes its persons. */
    void prepare() throws InterruptedException {
        for (int i = 0; i < PERSONS; i++) {
            requireThere(
                    api.call(
                            "PUT",
                            "/v1/users/" + person(i),
                            "{\"email\":\"%s@example.com\",\"webhookUrl\":\"%s\"}"
                                    .formatted(person(i), webhooks),
                            ""));
        }
    }

    /** Submits until there is no more to submit. */
    void run() throws InterruptedException {
        while (!pace.isOver()) {
            int kind = random.nextInt(10);
            int wanted = kind < 6 ? 1 + random.nextInt(LARGEST_BATCH) : 1;
            int count = pace.take(wanted, untilNextChange());
            if (count > 0 && kind < 6) {
                submitBatch(count);
            } else if (count > 0) {
                submitOne();
            }
            change(clock.instant());
        }
        while (!changes.isEmpty()) {
            Thread.sleep(untilNextChange());
            change(clock.instant());
        }
    }

    private Duration untilNextChange() {
        if (changes.isEmpty()) {
            return LONGEST_PAUSE;
        }
        var wait = Duration.between(clock.instant(), changes.element().at());
        return wait.isPositive() ? wait : Duration.ZERO;
    }

    private void submitBatch(int count) throws InterruptedException {
        var drafts = new ArrayList<Draft>();
        var items = new StringJoiner(",", "{\"notifications\":[", "]}");
        for (int i = 0; i < count; i++) {
            var draft = draft(SCHEDULED_OF_BATCH);
            drafts.add(draft);
            items.add(message(draft));
        }
        var answer =
                require(
                        202,
                        api.call("POST", "/v1/notifications/batch", items.toString(), newKey()));
        var results = answer.body().path("data");
        if (results.size() != count) {
            throw new BenchException("A batch was answered with " + answer.body());
        }
        for (int i = 0; i < count; i++) {
            promised(drafts.get(i), results.path(i).at("/notifications/0/id").asText());
        }
    }

    private void submitOne() throws InterruptedException {
        var draft = draft(SCHEDULED_ALONE);
        var answer = require(202, api.call("POST", "/v1/notifications", message(draft), newKey()));
        var promise = promised(draft, answer.body().at("/data/0/id").asText());
        if (draft.scheduledFor() == null && random.nextInt(20) == 0) {
            cancel(promise);
        }
    }

    private void change(Instant now) throws InterruptedException {
        while (!changes.isEmpty() && !changes.element().at().isAfter(now)) {
            var next = changes.remove();
            if (next.cancel()) {
                cancel(next.promise());
            } else {
                reschedule(next.promise());
            }
        }
    }

    private void cancel(Promise promise) throws InterruptedException {
        var answer =
                api.call("POST", "/v1/notifications/%s/cancel".formatted(promise.id()), "", "");
        switch (answer.status()) {
            case 200 -> promises.put(promise.cancelledAt(clock.instant()));
            case 409 -> {}
            default -> throw new BenchException("A cancel was answered with " + answer);
        }
    }

    private void reschedule(Promise promise) throws InterruptedException {
        var at = soon();
        var answer =
                api.call(
                        "POST",
                        "/v1/notifications/%s/reschedule".formatted(promise.id()),
                        "{\"scheduledFor\":\"%s\"}".formatted(at),
                        "");
        switch (answer.status()) {
            case 200 -> promises.put(promise.scheduledFor(at));
            case 409 -> {
                // An attempt whose answer was lost may have been carried out before.
                var before = promise.notBefore();
                if (!answer.first() && before != null && at.isBefore(before)) {
                    promises.put(promise.scheduledFor(at));
                }
            }
            default -> throw new BenchException("A reschedule was answered with " + answer);
        }
    }

    /** Keeps what was answered, and may mean to do something about it later. */
    private Promise promised(Draft draft, String id) {
        var promise =
                new Promise(
                        NotificationId.parse(id),
                        draft.person(),
                        draft.lane(),
                        draft.once(),
                        draft.scheduledFor(),
                        null);
        promises.put(promise);
        int what = random.nextInt(3);
        if (draft.scheduledFor() != null && what > 0) {
            // Some of them at about the time of the release.
            var when = clock.instant().plusMillis(random.nextInt(WAIT_SPREAD_MILLIS));
            changes.add(new Change(promise, when, what == 1));
        }
        return promise;
    }

    /**
     * @param scheduled one in so many is
     */
    private Draft draft(int scheduled) {
        int what = random.nextInt(10);
        var channel = what < 6 ? "email" : what < 9 ? "webhook" : "inbox";
        boolean urgent = !channel.equals("inbox") && random.nextInt(5) == 0;
        boolean once = !urgent && !channel.equals("inbox") && random.nextInt(4) == 0;
        return new Draft(
                person(random.nextInt(PERSONS)),
                channel,
                urgent,
                once,
                random.nextInt(scheduled) == 0 ? soon() : null);
    }

    private static String message(Draft draft) {
        var more =
                draft.scheduledFor() == null
                        ? ""
                        : ",\"scheduledFor\":\"%s\"".formatted(draft.scheduledFor());
        return "{\"userId\":\"%s\",\"channels\":[\"%s\"],\"template\":\"%s\",\"category\":\"%s\",\"payload\":{\"n\":1}%s}"
                .formatted(draft.person(), draft.channel(), Chaos.TEMPLATE, draft.category(), more);
    }

    private Instant soon() {
        return clock.instant()
                .plus(SHORTEST_WAIT)
                .plusMillis(random.nextInt(WAIT_SPREAD_MILLIS))
                .truncatedTo(ChronoUnit.MILLIS);
    }

    private String newKey() {
        return "%d-%016x".formatted(number, random.nextLong());
    }

    private String person(int index) {
        return "caller-%d-person-%d".formatted(number, index);
    }

    /** The answer to a PUT; one that is repeated finds there what it made. */
    static void requireThere(Api.Answer answer) {
        if (answer.status() != 200 && answer.status() != 201) {
            throw new BenchException("A call was answered with " + answer);
        }
    }

    static Api.Answer require(int status, Api.Answer answer) {
        if (answer.status() != status) {
            throw new BenchException("A call was answered with " + answer);
        }
        return answer;
    }
}
