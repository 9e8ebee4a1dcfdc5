package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.World.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdempotencyApiTest {
    private static final String ONE =
            """
            {"userId": "ada", "channels": ["inbox", "email"], "template": "shipped",
             "payload": {"a": 1, "b": 2}}\
            """;
    private static final String ONE_WRITTEN_OTHERWISE =
            """
            {"template": "shipped", "payload": {"b": 2, "a": 1},
             "userId": "ada", "channels": ["inbox", "email"]}\
            """;
    private static final String OTHER =
            "{\"userId\": \"ada\", \"channels\": [\"inbox\"], \"template\": \"shipped\"}";

    private final World world = new World();

    @BeforeEach
    void someone_to_tell_something() {
        world.hasUser(world.tenant, "ada");
        world.hasUser(world.otherTenant, "ada");
        world.hasTemplate(world.tenant, "shipped");
        world.hasTemplate(world.otherTenant, "shipped");
    }

    @Test
    void a_repeated_call_gets_the_answer_again_and_sends_nothing() {
        var first = send("k", ONE);
        var again = send("k", ONE_WRITTEN_OTHERWISE);

        assertThat(first.status()).isEqualTo(202);
        assertThat(isReplayed(first)).isFalse();
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(isReplayed(again)).isTrue();
        assertThat(world.stores.notifications).hasSize(2);
    }

    @Test
    void the_answer_comes_again_even_when_the_call_would_fail_now() {
        var first = send("k", ONE);
        world.stores.users.clear();
        world.stores.templates.clear();

        assertThat(send("k", ONE).text()).isEqualTo(first.text());
    }

    @Test
    void another_body_under_the_key_is_refused() {
        send("k", ONE);

        var other = send("k", OTHER);

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.body().at("/errors/0/parameter").textValue()).isEqualTo("Idempotency-Key");
        assertThat(world.stores.notifications).hasSize(2);
    }

    @Test
    void a_refused_call_is_not_kept() {
        world.stores.users.clear();
        assertThat(send("k", ONE).status()).isEqualTo(422);
        world.hasUser(world.tenant, "ada");

        var now = send("k", ONE);

        assertThat(now.status()).isEqualTo(202);
        assertThat(isReplayed(now)).isFalse();
    }

    @Test
    void keys_belong_to_their_tenant_and_route() {
        send("k", ONE);
        var other =
                world.post("/v1/notifications")
                        .key(world.otherKey)
                        .header("Idempotency-Key", "k")
                        .json(OTHER)
                        .answer();
        assertThat(other.status()).isEqualTo(202);

        assertThat(batch("k", "[" + OTHER + "]").status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tab\tin it"})
    void a_key_that_is_none_is_refused(String key) {
        var answer = send(key, ONE);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body().at("/errors/0/parameter").textValue())
                .isEqualTo("Idempotency-Key");
    }

    @Test
    void a_key_may_have_255_characters() {
        assertThat(send("k".repeat(255), ONE).status()).isEqualTo(202);
        assertThat(send("k".repeat(256), ONE).status()).isEqualTo(422);
    }

    @Test
    void a_repeated_batch_gets_its_whole_answer_again() {
        var body = "[%s, {\"userId\": 7}, %s]".formatted(ONE, OTHER);

        var first = batch("k", body);
        var again = batch("k", body);

        assertThat(first.status()).isEqualTo(202);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(isReplayed(again)).isTrue();
        assertThat(again.body().path("rejected").intValue()).isEqualTo(1);
        assertThat(world.stores.notifications).hasSize(3);

        assertThat(batch("k", "[" + OTHER + "]").status()).isEqualTo(422);
    }

    @Test
    void an_item_that_was_sent_before_is_answered_as_then_and_the_others_are_sent() {
        var first = send("a", ONE);

        var answer = batch(null, "[%s, %s]".formatted(keyed("b", OTHER), keyed("a", ONE)));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body().path("accepted").intValue()).isEqualTo(2);
        assertThat(answer.body().at("/data/1/notifications")).isEqualTo(first.body().path("data"));
        assertThat(answer.body().at("/data/1/replayed").booleanValue()).isTrue();
        assertThat(answer.body().at("/data/0").has("replayed")).isFalse();
        assertThat(world.stores.notifications).hasSize(3);

        // And the other way round.
        assertThat(send("b", OTHER).body().path("data"))
                .isEqualTo(answer.body().at("/data/0/notifications"));
    }

    @Test
    void the_same_item_twice_in_a_batch_is_sent_once() {
        var answer =
                batch(
                        null,
                        "[%s, %s, %s]"
                                .formatted(
                                        keyed("a", ONE),
                                        keyed("a", ONE_WRITTEN_OTHERWISE),
                                        keyed("a", OTHER)));

        assertThat(answer.body().at("/data/1/notifications"))
                .isEqualTo(answer.body().at("/data/0/notifications"));
        assertThat(answer.body().at("/data/2/problem/errors/0/pointer").textValue())
                .isEqualTo("/notifications/2/idempotencyKey");
        assertThat(world.stores.notifications).hasSize(2);
    }

    @Test
    void the_key_of_a_rejected_item_is_free_for_the_next_in_the_batch() {
        var nobody = OTHER.replace("ada", "nobody");

        var answer = batch(null, "[%s, %s]".formatted(keyed("a", nobody), keyed("a", OTHER)));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body().path("accepted").intValue()).isEqualTo(1);
        assertThat(answer.body().path("rejected").intValue()).isEqualTo(1);
        assertThat(answer.body().at("/data/0/problem/errors/0/pointer").textValue())
                .isEqualTo("/notifications/0/userId");
        assertThat(answer.body().at("/data/1/notifications")).hasSize(1);

        // And it stands for what was accepted under it.
        assertThat(send("a", OTHER).body().path("data"))
                .isEqualTo(answer.body().at("/data/1/notifications"));
        assertThat(send("a", nobody).status()).isEqualTo(422);
        assertThat(world.stores.notifications).hasSize(1);
    }

    @Test
    void a_batch_of_nothing_but_repetitions_is_a_success() {
        var body = "[" + keyed("a", ONE) + "]";
        batch(null, body);

        var again = batch("k", body);

        assertThat(again.status()).isEqualTo(202);
        assertThat(isReplayed(batch("k", body))).isTrue();
        assertThat(world.stores.notifications).hasSize(2);
    }

    @Test
    void the_key_of_one_message_may_stand_in_the_body_but_not_in_both_places() {
        var first = send("a", ONE);
        var again = world.post("/v1/notifications").json(keyed("a", ONE)).answer();

        assertThat(again.text()).isEqualTo(first.text());
        assertThat(isReplayed(again)).isTrue();
        assertThat(send("a", keyed("a", ONE)).body().at("/errors/0/pointer").textValue())
                .isEqualTo("/idempotencyKey");
    }

    @Test
    void an_items_key_is_checked_like_any_field() {
        var answer = batch(null, "[%s, %s]".formatted(OTHER, keyed("k".repeat(256), OTHER)));

        assertThat(answer.body().at("/data/1/problem/errors/0/pointer").textValue())
                .isEqualTo("/notifications/1/idempotencyKey");
        assertThat(world.stores.notifications).hasSize(1);
    }

    private Answer send(String key, String body) {
        return world.post("/v1/notifications").header("Idempotency-Key", key).json(body).answer();
    }

    private Answer batch(@Nullable String key, String items) {
        var request = world.post("/v1/notifications/batch");
        for (var value : key == null ? List.<String>of() : List.of(key)) {
            request.header("Idempotency-Key", value);
        }
        return request.json("{\"notifications\": " + items + "}").answer();
    }

    private static boolean isReplayed(Answer answer) {
        return "true".equals(answer.headers().get("Idempotent-Replayed"));
    }

    private static String keyed(String key, String message) {
        return "{\"idempotencyKey\": \"" + key + "\", " + message.strip().substring(1);
    }
}
