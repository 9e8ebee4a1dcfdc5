package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MalformedBodyApiTest {
    private final World world = new World();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\": 1,}",
                "{'a': 1}",
                "{a: 1}",
                "{} {}",
                "{} x",
                "[1,]",
                "nul",
                "NaN",
                "Infinity",
                "{\"a\": 01}",
                "{\"a\": +1}",
                "{\"a\": .5}",
                "{\"a\": 1.}",
                "{\"a\": 0x10}",
                "{\"a\": \"\\x\"}",
                "{\"a\": \"\\u12\"}",
                "{\"a\": \"\u0000\"}",
                "{\"a\": \"\t\"}",
                "\u0000",
                "\ufeff{}",
                "/* comment */ {}",
                "{\"a\": 1} // comment",
                "<xml/>",
                "{\"\\ud800\": 1}",
                "{\"\\udc00\": 1}",
                "{\"email\": null, \"email\": null}",
                "{\"attributes\": {\"x\": {\"y\": 1, \"y\": 2}}}"
            })
    void says_where_a_body_is_not_json(String body) {
        var answer = world.put("/v1/users/ada").json(body).answer();

        answer.isProblem(400, "malformed");
        assertThat(answer.body().path("detail").asText())
                .doesNotContain("Source", "StreamRead", "Deserialization", "ObjectNode", "Jackson");
        assertThat(world.stores.users).isEmpty();
    }

    @Test
    void says_the_line_and_the_column() {
        var answer = world.put("/v1/users/ada").json("{\n  \"email\": nonsense}").answer();

        assertThat(answer.body().path("detail").asText()).contains("Line 2, column ");
    }

    @Test
    void names_what_occurs_twice() {
        var answer = world.put("/v1/users/ada").json("{\"email\": null, \"email\": 1}").answer();

        assertThat(answer.body().path("detail").asText()).contains("Line 1, column", "'email'");
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 1_000, 100_000})
    void bounds_the_nesting(int depth) {
        world.put("/v1/users/ada").json("[".repeat(depth)).answer().isProblem(400, "malformed");
        world.put("/v1/users/ada")
                .json("{\"attributes\":".repeat(depth))
                .answer()
                .isProblem(400, "malformed");
        world.put("/v1/users/ada")
                .json("[".repeat(depth) + "]".repeat(depth))
                .answer()
                .isProblem(400, "malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e999",
                "-1e999",
                "1e-999",
                "1e2147483647",
                "1e-2147483647",
                "1e2147483648",
                "1e99999999999999999999",
                "0e999999999"
            })
    void refuses_numbers_that_nobody_can_read_back(String number) {
        var answer =
                world.put("/v1/users/ada")
                        .json(
                                "{\"attributes\": {\"n\": %s}, \"email\": %s}"
                                        .formatted(number, number))
                        .answer();

        assertThat(answer.status()).as(answer.text()).isIn(400, 422);
        assertThat(world.stores.users).isEmpty();
    }

    @Test
    void bounds_the_length_of_a_number() {
        world.put("/v1/users/ada")
                .json("{\"attributes\": {\"n\": " + "1".repeat(100_000) + "}}")
                .answer()
                .isProblem(400, "malformed");
        assertThat(
                        world.put("/v1/users/ada")
                                .json("{\"attributes\": {\"n\": " + "1".repeat(400) + "}}")
                                .answer()
                                .wrong())
                .containsExactly("/attributes/n");
    }

    @Test
    void keeps_a_number_as_it_was_written() {
        world.put("/v1/users/ada")
                .json(
                        "{\"attributes\": {\"a\": 0.10, \"b\": 123456789012345678901234567890, \"c\":"
                                + " 1.0000000000000000000001}}")
                .answer();

        assertThat(world.get("/v1/users/ada").answer().text())
                .contains(
                        "{\"a\":0.10,\"b\":123456789012345678901234567890,\"c\":1.0000000000000000000001}");
    }

    @Test
    void refuses_bytes_that_are_not_utf_8() {
        byte[][] wrong = {
            {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
            {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'},
            {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'},
            "{}".getBytes(StandardCharsets.UTF_16)
        };

        for (var bytes : wrong) {
            world.put("/v1/users/ada").bytes(bytes).answer().isProblem(400, "malformed");
        }
        assertThat(
                        world.put("/v1/users/ada")
                                .bytes("{\"locale\": \"fr\"}".getBytes(StandardCharsets.UTF_8))
                                .answer()
                                .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"attributes\": {\"a\": \"\\u0000\"}}",
                "{\"attributes\": {\"a\": \"\\ud800\"}}",
                "{\"attributes\": {\"a\": \"\\udc00\\ud800\"}}",
                "{\"attributes\": {\"a\": \"\ud800\"}}",
                "{\"attributes\": {\"\\u0000\": 1}}",
                "{\"attributes\": {\"\ud800\": 1}}",
                "{\"\udc00\": 1}",
                "{\"email\": \"\\ud800@example.com\"}",
                "{\"\\u0000\": 1}"
            })
    void refuses_texts_that_cannot_be_stored(String body) {
        assertThat(world.put("/v1/users/ada").json(body).answer().wrong()).hasSize(1);
        assertThat(world.stores.users).isEmpty();
    }

    @Test
    void takes_characters_beyond_the_first_plane() {
        var answer =
                world.put("/v1/users/ada")
                        .json("{\"attributes\": {\"😀\": \"\\ud83d\\ude00\"}}")
                        .answer();

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().at("/attributes/😀").asText()).isEqualTo("😀");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonp",
                "application/json; charset=iso-8859-1",
                "",
                ";"
            })
    void refuses_what_is_said_not_to_be_json(String type) {
        world.put("/v1/users/ada")
                .header("Content-Type", type)
                .body("{}")
                .answer()
                .isProblem(415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON ; Charset=\"UTF-8\"",
                "application/json;charset=utf-8;v=1"
            })
    void takes_what_is_said_to_be_json(String type) {
        assertThat(
                        world.put("/v1/users/ada")
                                .header("Content-Type", type)
                                .body("{}")
                                .answer()
                                .status())
                .isEqualTo(201);
    }

    @Test
    void takes_a_body_of_no_type_as_json() {
        assertThat(world.put("/v1/users/ada").body("{}").answer().status()).isEqualTo(201);
    }

    @Test
    void bounds_a_body_to_five_megabytes_however_it_comes() {
        int limit = 5 * 1024 * 1024;
        var exactly = "{}" + " ".repeat(limit - 2);
        var wide = "{\"attributes\": {\"a\": \"" + "€".repeat(limit / 3) + "\"}}";

        assertThat(world.put("/v1/users/ada").json(exactly).answer().status()).isEqualTo(201);
        world.put("/v1/users/ada").json(exactly + " ").answer().isProblem(413, "too-large");
        world.put("/v1/users/ada").json(wide).answer().isProblem(413, "too-large");
        world.put("/v1/users/ada")
                .bytes((exactly + " ").getBytes(StandardCharsets.UTF_8))
                .answer()
                .isProblem(413, "too-large");
    }

    @Test
    void refuses_base64_that_is_none() {
        var answer =
                world.handle(
                        """
                        {"httpMethod": "PUT", "path": "/v1/users/ada", "body": "*",
                         "isBase64Encoded": true, "requestContext": {"requestId": "request-1"},
                         "headers": {"Authorization": "Bearer %s"}}\
                        """
                                .formatted(world.key)
                                .getBytes(StandardCharsets.UTF_8));

        answer.isProblem(400, "malformed");
    }
}
