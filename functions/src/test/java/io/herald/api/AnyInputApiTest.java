package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.api.World.Answer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for any input; each seed is a run that repeats. */
final class AnyInputApiTest {
    private static final int TRIES = 300;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final JsonMapper EXACT =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build();

    private final World world = new World();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 5);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void every_cursor_that_is_given_leads_on_until_all_were_seen(long seed) {
        var random = new Random(seed);
        var expected = new ArrayList<String>();
        for (int i = 0; i < 30; i++) {
            expected.addFirst(world.hasNotification(world.tenant, "ada").toString());
        }
        var seen = new ArrayList<String>();

        JsonNode page;
        var request = list().query("limit", "" + (1 + random.nextInt(7)));
        do {
            var answer = request.answer();
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            page = answer.body();
            seen.addAll(page.path("data").findValuesAsText("id"));
            // The limit is no filter.
            request =
                    list().query("limit", "" + (1 + random.nextInt(7)))
                            .query("cursor", page.path("nextCursor").asText());
        } while (!page.path("nextCursor").isNull());

        assertThat(seen).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void no_other_text_is_a_cursor(long seed) {
        var random = new Random(seed);
        var cursors = new HashSet<String>();
        for (int i = 0; i < 3; i++) {
            world.hasNotification(world.tenant, "ada");
        }
        cursors.add(list().query("limit", "1").answer().body().path("nextCursor").asText());
        cursors.add(list().query("limit", "2").answer().body().path("nextCursor").asText());
        assertThat(cursors).hasSize(2);

        for (int i = 0; i < TRIES; i++) {
            var text =
                    random.nextInt(4) == 0
                            ? anyText(random)
                            : changed(cursors.iterator().next(), random);
            if (!cursors.contains(text)) {
                assertThat(list().query("cursor", text).answer().wrong())
                        .as(text)
                        .containsExactly("?cursor");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void any_text_as_an_id_is_an_unknown_one(long seed) {
        var random = new Random(seed);
        var theirs = world.hasNotification(world.otherTenant, "ada").toString();

        for (int i = 0; i < TRIES; i++) {
            var text = random.nextInt(3) == 0 ? changed(theirs, random) : anyText(random);
            // Half a surrogate pair cannot be said in a path.
            var encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
            for (var path :
                    List.of(
                            "/v1/notifications/" + encoded,
                            "/v1/notifications/" + encoded + "/events",
                            "/v1/templates/" + encoded,
                            "/v1/users/" + encoded + "/inbox")) {
                if (!encoded.equals("batch")) {
                    world.get(path).answer().isProblem(404, "not-found");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void any_path_is_answered(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < TRIES; i++) {
            var answer = world.get("/v1/users/" + anyText(random)).answer();

            assertThat(answer.status()).isIn(400, 404);
            answer.isProblem(answer.status(), answer.status() == 400 ? "malformed" : "not-found");
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void any_json_is_kept_as_it_is_or_refused_with_what_is_wrong(long seed)
            throws JsonProcessingException {
        var random = new Random(seed);
        int kept = 0;
        for (int i = 0; i < TRIES; i++) {
            var attributes = NODES.objectNode();
            for (int field = 0; field <= random.nextInt(4); field++) {
                attributes.set("f" + field, anyJson(random, 0));
            }
            var json = EXACT.writeValueAsString(NODES.objectNode().set("attributes", attributes));

            var answer = world.put("/v1/users/ada").json(json).answer();

            if (isRight(answer)) {
                kept++;
                assertThat(EXACT.readTree(answer.text()).path("attributes"))
                        .as(json)
                        .isEqualTo(EXACT.readTree(json).path("attributes"));
            }
        }
        assertThat(kept).isBetween(TRIES / 10, TRIES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void any_change_to_a_body_is_taken_or_refused_and_never_a_fault(long seed) {
        var random = new Random(seed);
        world.hasUser(world.tenant, "ada");
        world.hasTemplate(world.tenant, "order-shipped");
        var json =
                """
                {"notifications": [{"userId": "ada", "channels": ["inbox"], "template": "order-shipped",
                  "payload": {"n": 1.50, "list": [1, {"a": null}]}, "metadata": {"cart": "9"}}]}\
                """;
        for (int i = 0; i < TRIES; i++) {
            var bytes = json.getBytes(StandardCharsets.UTF_8);
            for (int flip = 0; flip <= random.nextInt(3); flip++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }

            isRight(world.post("/v1/notifications/batch").bytes(bytes).answer());
        }
    }

    /** Anything else must be a problem of the caller's. */
    private static boolean isRight(Answer answer) {
        if (answer.status() < 300) {
            return true;
        }
        assertThat(answer.status()).as(answer.text()).isIn(400, 422);
        answer.isProblem(answer.status(), answer.status() == 400 ? "malformed" : "invalid");
        return false;
    }

    private World.Request list() {
        return world.get("/v1/notifications").query("userId", "ada");
    }

    private static String changed(String text, Random random) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(5)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + anyText(random) + text.substring(at);
            case 2 -> text + (char) ('A' + random.nextInt(26));
            case 3 -> text + "=";
            default ->
                    text.substring(0, at)
                            + (char) ('0' + random.nextInt(75))
                            + text.substring(at + 1);
        };
    }

    private static String anyText(Random random) {
        int limit = List.of(0x80, 0x800, 0x11_0000).get(random.nextInt(3));
        return random.ints(1 + random.nextInt(60), 0, limit)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static JsonNode anyJson(Random random, int depth) {
        return switch (random.nextInt(depth > 40 ? 7 : 10)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextLong());
            case 3 -> NODES.numberNode(BigInteger.TEN.pow(random.nextInt(320)));
            case 4 ->
                    NODES.numberNode(
                            new BigDecimal(
                                    BigInteger.valueOf(random.nextLong()),
                                    random.nextInt(700) - 350));
            case 5 -> NODES.textNode("\ud83d\ude00".substring(random.nextInt(2)));
            case 6 -> NODES.textNode(random.nextInt(3) == 0 ? anyText(random) : "plain");
            case 7 -> NODES.arrayNode().add(anyJson(random, depth + 1));
            case 8 ->
                    NODES.arrayNode()
                            .add(anyJson(random, depth + 1))
                            .add(NODES.objectNode().set("b", anyJson(random, depth + 1)));
            default ->
                    NODES.objectNode()
                            .set(
                                    random.nextInt(5) == 0 ? anyText(random) : "a",
                                    anyJson(random, depth + 1));
        };
    }
}
