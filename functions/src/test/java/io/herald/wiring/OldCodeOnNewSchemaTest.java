package io.herald.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.concurrent.Deadline;
import io.herald.notification.NotificationId;
import io.herald.wiring.RealApi.Caller;
import io.herald.wiring.RealApi.Request;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A later migration runs while this code is at work: nobody is refused, and nothing is lost. It
 * adds columns to all that is read and written, which is more than one version would.
 */
final class OldCodeOnNewSchemaTest {
    private static final JsonMapper JSON = new JsonMapper();

    // Postgres keeps a plan for a statement that a connection runs for the fifth time.
    private static final int WARM = 8;

    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger rounds = new AtomicInteger();

    @Test
    void all_goes_on_while_a_later_migration_runs_and_after_it() throws Exception {
        try (var api = new RealApi(false);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ticker = api.wiring().tickLoop();
            var ticking =
                    threads.submit(
                            () -> ticker.run(Deadline.in(Duration.ofMinutes(5), System::nanoTime)));
            var callers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 2; i++) {
                var caller = api.caller();
                callers.add(threads.submit(callsOf(api, caller)));
            }
            awaitRounds(2 * WARM);

            migrate(api);

            awaitRounds(rounds.get() + 2 * WARM);
            ended.set(true);
            ticking.cancel(true);
            for (var caller : callers) {
                assertThat(caller.get()).isGreaterThan(WARM);
            }
        }
    }

    /** Each round: a user, a notification now and one for later, what there is of it, and more. */
    private Callable<Integer> callsOf(RealApi api, Caller caller) {
        return () -> {
            ok(api, caller, put("/v1/templates/hello", "{\"inbox\": {\"title\": \"Hello\"}}"));
            int round = 0;
            while (!ended.get()) {
                round++;
                ok(
                        api,
                        caller,
                        put("/v1/users/ada", "{\"email\": \"a%d@example.com\"}".formatted(round)));
                var id = send(api, caller, "round-" + round, null);
                var later = send(api, caller, "later-" + round, Instant.now().plusSeconds(3600));
                var early = send(api, caller, "soon-" + round, Instant.now().plusMillis(300));
                api.deliver(caller.tenant(), id);
                assertThat(statusOf(api, caller, id)).isEqualTo("DELIVERED");
                ok(api, caller, Request.of("GET", "/v1/notifications/" + id + "/events"));
                ok(api, caller, Request.of("GET", "/v1/notifications"));
                ok(api, caller, Request.of("GET", "/v1/users/ada/inbox"));
                ok(api, caller, Request.of("GET", "/v1/dead-letters"));
                ok(api, caller, Request.of("POST", "/v1/notifications/" + later + "/cancel"));
                assertThat(statusOf(api, caller, later)).isEqualTo("CANCELLED");
                assertThat(early).isNotEqualTo(later);
                rounds.incrementAndGet();
            }
            return round;
        };
    }

    private static NotificationId send(
            RealApi api, Caller caller, String key, @Nullable Instant scheduledFor) {
        var body = JSON.createObjectNode().put("userId", "ada").put("template", "hello");
        body.putArray("channels").add("inbox");
        if (scheduledFor != null) {
            body.put("scheduledFor", scheduledFor.toString());
        }
        var answer =
                ok(
                        api,
                        caller,
                        Request.of("POST", "/v1/notifications")
                                .json(body.toString())
                                .header("idempotency-key", key));
        return NotificationId.parse(answer.at("/data/0/id").asText());
    }

    private static String statusOf(RealApi api, Caller caller, NotificationId id) {
        return ok(api, caller, Request.of("GET", "/v1/notifications/" + id))
                .path("status")
                .asText();
    }

    private static Request put(String path, String body) {
        return Request.of("PUT", path).json(body);
    }

    private static JsonNode ok(RealApi api, Caller caller, Request request) {
        var answer = api.call(caller, request);
        assertThat(answer.status()).as(() -> request + ": " + answer.body()).isBetween(200, 299);
        try {
            return JSON.readTree(String.valueOf(answer.body()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitRounds(int many) {
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (rounds.get() < many) {
            assertThat(System.nanoTime()).as("%d rounds", rounds.get()).isLessThan(until);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static void migrate(RealApi api) throws SQLException, IOException {
        try (var sql =
                        requireNonNull(
                                OldCodeOnNewSchemaTest.class.getResourceAsStream(
                                        "/db/later/V1001__something_more.sql"));
                var connection = api.connection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(new String(sql.readAllBytes(), UTF_8));
            connection.commit();
            connection.setAutoCommit(true);
        }
    }
}
