package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.World.Answer;
import io.herald.category.Category;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.submission.Notification;
import io.herald.template.Wording;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubmissionApiTest {
    private static final String MESSAGE =
            "{\"userId\": \"ada\", \"channels\": [\"inbox\"], \"template\": \"shipped\"%s}";

    private final World world = new World();

    @BeforeEach
    void someone_to_tell_something() {
        world.hasUser(world.tenant, "ada");
        world.hasTemplate(world.tenant, "shipped");
        world.hasTemplate(world.tenant, "needy", "order", "date");
    }

    @Test
    void makes_a_notification_for_each_channel() {
        var answer =
                world.post("/v1/notifications")
                        .header(
                                "traceparent",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                        .json(
                                """
                                {"userId": "ada", "channels": ["webhook", "email"],
                                 "template": "shipped", "payload": {"order": "A-17", "price": 1.10},
                                 "category": "security", "metadata": {"cart": "9"}}\
                                """)
                        .answer();

        assertThat(answer.status()).isEqualTo(202);
        var made = world.stores.notifications;
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"data":[{"id":"%s","channel":"webhook","status":"PENDING"},\
                        {"id":"%s","channel":"email","status":"PENDING"}]}\
                        """
                                .formatted(made.get(0).id(), made.get(1).id()));
        var first = made.getFirst();
        assertThat(first.payload()).hasToString("{\"order\":\"A-17\",\"price\":1.10}");
        assertThat(first.metadata()).hasToString("{\"cart\":\"9\"}");
        assertThat(first.lane()).isEqualTo(Lane.URGENT);
        assertThat(first.wording()).isEqualTo(new Wording.OfTemplate("shipped", 1));
        assertThat(first.traceparent()).startsWith("00-4bf9");
    }

    @Test
    void takes_what_may_be_left_out_as_null() {
        var answer =
                world.post("/v1/notifications")
                        .json(
                                MESSAGE.formatted(
                                        ", \"payload\": null, \"category\": null, \"metadata\": null"))
                        .answer();

        assertThat(answer.status()).isEqualTo(202);
        assertThat(world.stores.notifications)
                .extracting(Notification::category)
                .containsExactly("transactional");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void goes_on_without_a_trace_that_is_not_one(String traceparent) {
        var answer =
                world.post("/v1/notifications")
                        .header("traceparent", traceparent)
                        .json(MESSAGE.formatted(""))
                        .answer();

        assertThat(answer.status()).isEqualTo(202);
        assertThat(world.stores.notifications.getFirst().traceparent()).isNull();
    }

    @Test
    void names_every_wrong_field_at_once() {
        var answer =
                world.post("/v1/notifications")
                        .json(
                                """
                                {"channels": ["email", "pigeon", "email"], "template": 5,
                                 "payload": {"a": "\\u0000", "b": {"c": ["\\ud800"]}, "\udc00": 1,
                                             "d": 1e999, "e": -1E-999},
                                 "category": "No Category",
                                 "metadata": {"": "x", "n": 5, "l": "%s"},
                                 "scheduledFor": "2026-12-24", "expiresAt": 5, "colour": "red"}\
                                """
                                        .formatted("x".repeat(513)))
                        .answer();

        assertThat(answer.wrong())
                .containsExactly(
                        "/userId",
                        "/channels/1",
                        "/channels/2",
                        "/template",
                        "/payload/a",
                        "/payload/b/c/0",
                        // What cannot be said in UTF-8 is a question mark in the answer.
                        "/payload/?",
                        "/payload/d",
                        "/payload/e",
                        "/category",
                        "/metadata/",
                        "/metadata/n",
                        "/metadata/l",
                        "/scheduledFor",
                        "/expiresAt",
                        "/colour");
        assertThat(answer.body().at("/errors/0/detail").asText())
                .isEqualTo("is required, or to in its place");
        assertThat(world.stores.notifications).isEmpty();
    }

    @Test
    void names_what_does_not_fit_what_is_stored() {
        var answer =
                world.post("/v1/notifications")
                        .json(
                                """
                                {"userId": "nobody", "channels": ["inbox"], "template": "needy",
                                 "payload": {"order": "A-17"}}\
                                """)
                        .answer();

        assertThat(answer.wrong()).containsExactly("/userId", "/payload/date");
        assertThat(world.stores.notifications).isEmpty();
    }

    @Test
    void takes_lane_and_guarantee_of_a_category_of_the_tenants_own() {
        world.hasCategory(world.tenant, new Category("alarm", Guarantee.AT_MOST_ONCE, true, false));

        assertThat(send(MESSAGE.formatted(", \"category\": \"alarm\"")).status()).isEqualTo(202);

        var made = world.stores.notifications.getFirst();
        assertThat(made.category()).isEqualTo("alarm");
        assertThat(made.guarantee()).isEqualTo(Guarantee.AT_MOST_ONCE);
        assertThat(made.lane()).isEqualTo(Lane.URGENT);
    }

    @Test
    void a_category_that_nobody_knows_is_refused_with_all_else_that_is_wrong() {
        world.hasCategory(
                world.otherTenant, new Category("theirs", Guarantee.AT_MOST_ONCE, true, false));

        var answer =
                send(
                        """
                        {"userId": "nobody", "channels": ["inbox"], "template": "shipped",
                         "category": "theirs"}\
                        """);

        assertThat(answer.wrong()).containsExactly("/userId", "/category");
        assertThat(world.stores.notifications).isEmpty();
    }

    @Test
    void an_archived_template_is_unknown() {
        world.delete("/v1/templates/shipped").header("If-Match", "*").answer();

        assertThat(send(MESSAGE.formatted("")).wrong()).containsExactly("/template");
    }

    @Test
    void another_tenants_user_and_template_are_unknown() {
        world.hasUser(world.otherTenant, "grace");
        world.hasTemplate(world.otherTenant, "theirs");

        var answer =
                world.post("/v1/notifications")
                        .json(
                                """
                                {"userId": "grace", "channels": ["inbox"], "template": "theirs"}\
                                """)
                        .answer();

        assertThat(answer.wrong()).containsExactly("/userId", "/template");
    }

    @Test
    void bounds_payload_and_metadata() {
        var large = ", \"payload\": {\"x\": \"%s\"}".formatted("y".repeat(256 * 1024));
        var deep = ", \"payload\": %s{}%s".formatted("{\"x\":".repeat(32), "}".repeat(32));
        var many = new StringBuilder(", \"metadata\": {\"0\": \"\"");
        for (int i = 1; i <= 50; i++) {
            many.append(", \"").append(i).append("\": \"\"");
        }

        assertThat(send(MESSAGE.formatted(large)).wrong()).containsExactly("/payload");
        assertThat(send(MESSAGE.formatted(deep)).wrong())
                .containsExactly("/payload" + "/x".repeat(32));
        assertThat(send(MESSAGE.formatted(many + "}")).wrong()).containsExactly("/metadata");
        assertThat(world.stores.notifications).isEmpty();
    }

    @Test
    void lists_so_many_problems_and_says_that_there_are_more() {
        var fields = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            fields.append(", \"x").append(i).append("\": 1");
        }

        var wrong = send(MESSAGE.formatted(fields)).wrong();

        assertThat(wrong).hasSize(101).startsWith("/x0", "/x1").endsWith("");
    }

    @Test
    void accepts_of_a_batch_what_it_can() {
        var answer =
                batch(
                        """
                        {"notifications": [
                          {"userId": "ada", "channels": ["inbox", "email"], "template": "shipped"},
                          {"userId": "ada", "channels": [], "template": "shipped", "x/y": 1},
                          {"userId": "nobody", "channels": ["inbox"], "template": "shipped"},
                          "nonsense",
                          {"userId": "ada", "channels": ["email"], "template": "shipped"}]}\
                        """);

        assertThat(answer.status()).isEqualTo(202);
        var body = answer.body();
        assertThat(body.path("accepted").intValue()).isEqualTo(2);
        assertThat(body.path("rejected").intValue()).isEqualTo(3);
        var data = body.path("data");
        assertThat(data.findValuesAsText("index")).containsExactly("0", "1", "2", "3", "4");
        assertThat(data.at("/0/notifications").findValuesAsText("channel"))
                .containsExactly("inbox", "email");
        assertThat(Answer.wrong(data.at("/1/problem/errors")))
                .containsExactly("/notifications/1/channels", "/notifications/1/x~1y");
        assertThat(Answer.wrong(data.at("/2/problem/errors")))
                .containsExactly("/notifications/2/userId");
        assertThat(Answer.wrong(data.at("/3/problem/errors"))).containsExactly("/notifications/3");
        assertThat(data.at("/3/problem/type").asText()).isEqualTo("/problems/invalid");
        assertThat(data.at("/4/notifications/0/id").asText())
                .isEqualTo(world.stores.notifications.get(2).id().toString());
        assertThat(world.stores.notifications).hasSize(3);
    }

    @Test
    void answers_422_with_the_same_items_when_none_was_accepted() {
        var answer =
                batch(
                        """
                        {"notifications": [5,
                          {"userId": "nobody", "channels": ["inbox"], "template": "shipped"}]}\
                        """);

        answer.isProblem(422, "invalid");
        assertThat(answer.body().path("accepted").intValue()).isZero();
        assertThat(answer.body().path("rejected").intValue()).isEqualTo(2);
        assertThat(Answer.wrong(answer.body().at("/data/1/problem/errors")))
                .containsExactly("/notifications/1/userId");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"notifications\": null}",
                "{\"notifications\": {}}",
                "{\"notifications\": []}"
            })
    void a_batch_has_notifications(String body) {
        assertThat(batch(body).wrong()).containsExactly("/notifications");
    }

    @Test
    void a_batch_is_an_object_of_notifications_and_nothing_else() {
        assertThat(batch("[]").wrong()).containsExactly("");
        assertThat(batch("{\"notifications\": [5], \"x\": 1}").wrong())
                .containsExactly("/x", "/notifications/0");
    }

    @Test
    void a_batch_makes_a_thousand_notifications_at_most_after_channels_are_counted() {
        var two =
                "{\"userId\": \"ada\", \"channels\": [\"inbox\", \"email\"], \"template\": \"shipped\"}";

        assertThat(batch(batchOf(501, two)).wrong()).containsExactly("/notifications");
        assertThat(batch(batchOf(1_001, "5")).wrong()).containsExactly("/notifications");
        assertThat(world.stores.notifications).isEmpty();

        var full = batch(batchOf(500, two));
        assertThat(full.status()).isEqualTo(202);
        assertThat(full.body().path("accepted").intValue()).isEqualTo(500);
        assertThat(world.stores.notifications).hasSize(1_000);
    }

    @Test
    void an_answer_about_five_megabytes_of_wrong_fields_fits_into_an_invocation() {
        var item = new StringBuilder("{\"userId\": 5");
        for (int i = 0; i < 400; i++) {
            item.append(",\"\\u0001").append(i).append("\":0");
        }

        var answer = batch(batchOf(900, item.append("}").toString()));

        answer.isProblem(422, "invalid");
        assertThat(answer.size()).isLessThan(6_291_456);
        assertThat(answer.body().path("data")).hasSize(900);
        assertThat(Answer.wrong(answer.body().at("/data/899/problem/errors"))).containsExactly("");
    }

    private Answer send(String json) {
        return world.post("/v1/notifications").json(json).answer();
    }

    private Answer batch(String json) {
        return world.post("/v1/notifications/batch").json(json).answer();
    }

    private static String batchOf(int count, String item) {
        List<String> items = Collections.nCopies(count, item);
        return "{\"notifications\": [" + String.join(",", items) + "]}";
    }
}
