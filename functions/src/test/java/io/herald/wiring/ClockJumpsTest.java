package io.herald.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.api.http.HttpResponse;
import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.contract.Samples;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.wiring.RealApi.Caller;
import io.herald.wiring.RealApi.Request;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One environment's wall clock jumps; those of Postgres and of everybody else do not. */
final class ClockJumpsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final JumpingClock clock = new JumpingClock();
    private final RealApi api = new RealApi(false, clock);
    private final Caller caller = api.caller();

    /** The system's, and so much more or less. */
    private static final class JumpingClock extends Clock {
        private volatile Duration offset = Duration.ZERO;

        void jump(Duration by) {
            offset = by;
        }

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(offset);
        }

        @Override
        public ZoneId getZone() {
            return Clock.systemUTC().getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("the clock has no other zone");
        }
    }

    @BeforeEach
    void a_user_and_a_template() {
        for (var user : new String[] {"ada", "bob"}) {
            call(
                    Request.of("PUT", "/v1/users/" + user)
                            .json("{\"email\": \"%s@example.com\"}".formatted(user)));
        }
        call(Request.of("PUT", "/v1/templates/hello").json("{\"inbox\": {\"title\": \"Hello\"}}"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void what_is_accepted_before_during_and_after_is_found_and_delivered() {
        var ids = new ArrayList<NotificationId>();
        for (var jump : new String[] {"PT0S", "PT7H", "PT0S", "-PT9H", "PT0S"}) {
            clock.jump(Duration.parse(jump));
            for (int i = 0; i < 5; i++) {
                ids.add(accepted(send("ada", null, null)));
            }
        }

        assertThat(ids).doesNotHaveDuplicates();
        for (var id : ids) {
            api.deliver(caller.tenant(), id);
            // A copy of the record, as after a crash.
            api.deliver(caller.tenant(), id);
            assertThat(statusOf(id)).isEqualTo("DELIVERED");
        }
        var listed =
                call(
                        Request.of("GET", "/v1/notifications")
                                .query("userId", "ada")
                                .query("limit", "100"));
        assertThat(json(listed).path("data")).hasSize(ids.size());
        var inbox = call(Request.of("GET", "/v1/users/ada/inbox").query("limit", "100"));
        assertThat(json(inbox).path("data")).hasSize(ids.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"P90D", "P3650D", "-P90D"})
    void beyond_the_partitions_nothing_is_accepted_until_the_clock_is_right(Duration jump)
            throws SQLException {
        clock.jump(jump);

        for (var answer :
                new HttpResponse[] {
                    send("bob", "key-1", null),
                    send("bob", null, null),
                    send("bob", null, clock.instant().plusSeconds(60))
                }) {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).containsKey("Retry-After");
            assertThat(json(answer).path("type").asText()).contains("unavailable");
        }
        for (var table : new String[] {"notification", "outbox", "event", "due", "kept_answer"}) {
            assertThat(count(table)).as(table).isZero();
        }

        clock.jump(Duration.ZERO);
        var id = accepted(send("bob", "key-1", null));
        api.deliver(caller.tenant(), id);
        assertThat(statusOf(id)).isEqualTo("DELIVERED");
    }

    @Test
    void when_time_has_really_passed_maintenance_makes_the_partitions() {
        clock.jump(Duration.ofDays(90));
        assertThat(send("bob", null, null).status()).isEqualTo(503);

        api.wiring().makePartitions().run();

        accepted(send("bob", null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT5H", "P3650D", "-PT5H"})
    void a_ticker_whose_clock_is_wrong_releases_and_ends_nothing(Duration jump) throws Exception {
        var later = accepted(send("ada", null, Instant.now().plusSeconds(3600)));
        var sending = accepted(send("ada", null, null));
        var leaseEnd = Instant.now().plusSeconds(600);
        api.happened(caller.tenant(), Samples.sending(clock, sending, 1, leaseEnd));
        var soon = accepted(send("ada", "kept", Instant.now().plusSeconds(1)));
        clock.jump(jump);

        var ticker = api.wiring().tickLoop();
        ticker.run(Deadline.in(Duration.ofSeconds(2), System::nanoTime));

        assertThat(statusOf(later)).isEqualTo("SCHEDULED");
        assertThat(statusOf(sending)).isEqualTo("SENDING");
        assertThat(statusOf(soon)).isEqualTo("SCHEDULED");
        assertThat(count("kept_answer")).isEqualTo(1);

        // The same environment, when its clock is right again.
        clock.jump(Duration.ZERO);
        ticker.run(Deadline.in(Duration.ofSeconds(3), System::nanoTime));
        assertThat(statusOf(soon)).isEqualTo("PENDING");
        assertThat(statusOf(later)).isEqualTo("SCHEDULED");
        assertThat(statusOf(sending)).isEqualTo("SENDING");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT5H", "-PT5H"})
    void a_jump_during_the_hand_over_changes_no_lease_and_no_outcome(Duration jump) {
        var id = accepted(send("ada", null, null));
        var left = new ArrayList<Duration>();
        var lane =
                api.wiring()
                        .deliverBatch(
                                Map.of(
                                        Channel.INBOX,
                                        (drafts, deadline) -> {
                                            clock.jump(jump);
                                            left.add(deadline.remaining());
                                            return drafts.stream()
                                                    .map(_ -> (Outcome) new Outcome.Sent(null))
                                                    .toList();
                                        }));

        api.deliver(lane, caller.tenant(), id);

        assertThat(left)
                .singleElement()
                .satisfies(remaining ->
                        assertThat(remaining)
                                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30)));
        clock.jump(Duration.ZERO);
        assertThat(statusOf(id)).isEqualTo("SENT");
        // No copy hands it over again.
        api.deliver(lane, caller.tenant(), id);
        assertThat(left).hasSize(1);
    }

    @Test
    void keys_expire_by_the_clock_of_who_is_asked_and_are_good_again_with_it() {
        var expiring = api.caller(Instant.now().plusSeconds(3600));
        var request = Request.of("GET", "/v1/notifications");
        assertThat(api.call(expiring, request).status()).isEqualTo(200);

        clock.jump(Duration.ofHours(5));
        assertThat(api.call(expiring, request).status()).isEqualTo(401);
        // One without an end is good at all times.
        assertThat(api.call(caller, request).status()).isEqualTo(200);

        clock.jump(Duration.ofHours(-5));
        assertThat(api.call(expiring, request).status()).isEqualTo(200);
        clock.jump(Duration.ZERO);
        assertThat(api.call(expiring, request).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT5H", "-PT5H"})
    void an_idempotency_key_holds_through_a_jump_of_hours(Duration jump) {
        var id = accepted(send("ada", "key-1", null));
        clock.jump(jump);
        assertThat(accepted(send("ada", "key-1", null))).isEqualTo(id);

        var other = accepted(send("ada", "key-2", null));
        clock.jump(Duration.ZERO);
        assertThat(accepted(send("ada", "key-2", null))).isEqualTo(other);
    }

    private HttpResponse send(String user, @Nullable String key, @Nullable Instant scheduledFor) {
        var body = JSON.createObjectNode().put("userId", user).put("template", "hello");
        body.putArray("channels").add("inbox");
        if (scheduledFor != null) {
            body.put("scheduledFor", scheduledFor.toString());
        }
        var request = Request.of("POST", "/v1/notifications").json(body.toString());
        return call(key == null ? request : request.header("idempotency-key", key));
    }

    private static NotificationId accepted(HttpResponse answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return NotificationId.parse(json(answer).at("/data/0/id").asText());
    }

    private String statusOf(NotificationId id) {
        return json(call(Request.of("GET", "/v1/notifications/" + id))).path("status").asText();
    }

    private HttpResponse call(Request request) {
        return api.call(caller, request);
    }

    private long count(String table) throws SQLException {
        try (var connection = api.connection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static JsonNode json(HttpResponse answer) {
        try {
            return JSON.readTree(String.valueOf(answer.body()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
