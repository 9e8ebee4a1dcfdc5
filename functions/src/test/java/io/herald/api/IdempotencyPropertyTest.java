package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever calls come under whatever keys, in calls of their own and in batches: a key stands for
 * one message, which is sent once and answered alike, and what has no key is sent each time.
 */
final class IdempotencyPropertyTest {
    private static final int CALLS = 400;

    private final World world = new World();
    // The model: what was first sent under a key, and how it was answered.
    private final Map<String, String> messages = new HashMap<>();
    private final Map<String, String> answers = new HashMap<>();
    private int sent;

    private record Keyed(@Nullable String key, String message) {
        String json() {
            return key == null
                    ? message
                    : "{\"idempotencyKey\": \"" + key + "\", " + message.substring(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void a_key_stands_for_one_message(long seed) {
        world.hasUser(world.tenant, "ada");
        world.hasTemplate(world.tenant, "shipped");
        var random = new Random(seed);

        for (int call = 0; call < CALLS; call++) {
            if (random.nextBoolean()) {
                one(any(random));
            } else {
                batch(
                        IntStream.range(0, 1 + random.nextInt(6))
                                .mapToObj(_ -> any(random))
                                .toList());
            }
            assertThat(world.stores.notifications).hasSize(sent);
        }
    }

    private void one(Keyed asked) {
        var request = world.post("/v1/notifications");
        if (asked.key() != null) {
            request.header("Idempotency-Key", asked.key());
        }
        var answer = request.json(asked.message()).answer();
        check(asked, answer.status() == 202 ? answer.body().path("data").toString() : null);
    }

    private void batch(List<Keyed> asked) {
        var texts = new ArrayList<String>();
        asked.forEach(each -> texts.add(each.json()));
        var answer =
                world.post("/v1/notifications/batch")
                        .json("{\"notifications\": [" + String.join(",", texts) + "]}")
                        .answer();
        for (int i = 0; i < asked.size(); i++) {
            var item = answer.body().path("data").path(i);
            check(
                    asked.get(i),
                    item.has("notifications") ? item.path("notifications").toString() : null);
        }
    }

    /**
     * @param answer null when it was refused
     */
    private void check(Keyed asked, @Nullable String answer) {
        var key = asked.key();
        if (key == null) {
            assertThat(answer).isNotNull();
            sent++;
            return;
        }
        var first = messages.get(key);
        if (first == null) {
            assertThat(answer).isNotNull();
            messages.put(key, asked.message());
            answers.put(key, String.valueOf(answer));
            sent++;
        } else if (first.equals(asked.message())) {
            assertThat(answer).isEqualTo(answers.get(key));
        } else {
            assertThat(answer).isNull();
        }
    }

    private static Keyed any(Random random) {
        var message =
                """
                {"userId": "ada", "channels": ["inbox"], "template": "shipped", "payload": {"n": %d}}\
                """
                        .formatted(random.nextInt(3));
        return new Keyed(random.nextInt(4) == 0 ? null : "key-" + random.nextInt(40), message);
    }
}
