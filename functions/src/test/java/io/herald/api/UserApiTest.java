package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.audience.UserKey;
import io.herald.notification.UserId;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UserApiTest {
    private final World world = new World();

    @Test
    void creates_a_user_and_shows_it_in_the_documented_order() {
        var answer =
                world.put("/v1/users/ada")
                        .json(
                                """
                                {"email": "ada@example.com", "phone": "+43512507",
                                 "webhookUrl": "https://example.com/h?a=1",
                                 "pushTokens": [{"provider": "fcm", "token": "d1:A-b_c"},
                                                {"token": "%s", "provider": "apns"}],
                                 "locale": "en-GB", "timezone": "Europe/London",
                                 "attributes": {"plan": "pro", "price": 1.10, "tags": [1, null]}}\
                                """
                                        .formatted("0aF9".repeat(16)))
                        .answer();

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"userId":"ada","email":"ada@example.com","phone":"+43512507",\
                        "webhookUrl":"https://example.com/h?a=1",\
                        "pushTokens":[{"provider":"fcm","token":"d1:A-b_c"},\
                        {"provider":"apns","token":"%s"}],"locale":"en-GB",\
                        "timezone":"Europe/London",\
                        "attributes":{"plan":"pro","price":1.10,"tags":[1,null]},\
                        "createdAt":"2026-11-23T18:00:00Z","updatedAt":"2026-11-23T18:00:00Z"}\
                        """
                                .formatted("0aF9".repeat(16)));
        assertThat(world.get("/v1/users/ada").answer().text()).isEqualTo(answer.text());
    }

    @Test
    void replaces_all_that_is_known_of_a_user() {
        world.hasUser(world.tenant, "ada");
        world.clock.advance(Duration.ofSeconds(5));

        var answer =
                world.put("/v1/users/ada").json("{\"locale\": \"de\", \"email\": null}").answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"userId":"ada","email":null,"phone":null,"webhookUrl":null,\
                        "pushTokens":[],"locale":"de","timezone":null,"attributes":{},\
                        "createdAt":"2026-11-23T18:00:00Z","updatedAt":"2026-11-23T18:00:05Z"}\
                        """);
    }

    @Test
    void decodes_a_percent_encoded_name_once() {
        var path = "/v1/users/a%2Fb%20%25c%C3%A9+d";

        assertThat(world.put(path).json("{}").answer().status()).isEqualTo(201);

        assertThat(world.stores.users)
                .containsKey(new UserKey(world.tenant, new UserId("a/b %cé+d")));
        assertThat(world.get(path).answer().body().path("userId").asText()).isEqualTo("a/b %cé+d");
    }

    @Test
    void names_every_wrong_field_at_once() {
        var answer =
                world.put("/v1/users/" + "x".repeat(129))
                        .json(
                                """
                                {"email": "no address", "phone": "0512 507", "webhookUrl": 5,
                                 "pushTokens": [{"provider": "mqtt", "token": ""}, 7], "locale": "??",
                                 "timezone": "Mars/Olympus", "attributes": [], "e-mail": "x",
                                 "a/b~c": 1}\
                                """)
                        .answer();

        assertThat(answer.wrong())
                .containsExactly(
                        "?userId",
                        "/email",
                        "/phone",
                        "/webhookUrl",
                        "/pushTokens/0/provider",
                        "/pushTokens/0/token",
                        "/pushTokens/1",
                        "/locale",
                        "/timezone",
                        "/attributes",
                        "/e-mail",
                        "/a~1b~0c");
        assertThat(answer.body().at("/errors/3/detail").asText())
                .isEqualTo("must be a string, not a number");
        assertThat(answer.body().at("/errors/10/detail").asText())
                .isEqualTo("is not a known field; did you mean email?");
        assertThat(world.stores.users).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "5", "null", "true"})
    void wants_an_object(String body) {
        assertThat(world.put("/v1/users/ada").json(body).answer().wrong()).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/provider,/token",
                "{'provider': 'apns'}|/token",
                "{'token': 'abc'}|/provider",
                "{'provider': null, 'token': 'abc'}|/provider",
                "{'provider': 'APNS', 'token': 'abc'}|/provider",
                "{'provider': 'fcm', 'token': 'a b'}|/token",
                "{'provider': 'fcm', 'token': 'ä'}|/token",
                "{'provider': 'fcm', 'token': ''}|/token",
                "{'provider': 'apns', 'token': 'abc'}|/token",
                "{'provider': 'fcm', 'token': 'abc', 'app': 'x'}|/app",
            })
    void says_what_a_push_token_lacks(String token, String wrong) {
        var body = "{\"pushTokens\": [" + token.replace('\'', '"') + "]}";

        assertThat(world.put("/v1/users/ada").json(body).answer().wrong())
                .containsExactly(
                        Stream.of(wrong.split(","))
                                .map(field -> "/pushTokens/0" + field)
                                .toArray(String[]::new));
    }

    @Test
    void bounds_the_push_tokens() {
        assertThat(putTokens("apns", "a".repeat(63)).status()).isEqualTo(422);
        assertThat(putTokens("apns", "a".repeat(64)).status()).isEqualTo(201);
        assertThat(putTokens("apns", "a".repeat(200)).status()).isEqualTo(200);
        assertThat(putTokens("apns", "a".repeat(201)).status()).isEqualTo(422);
        assertThat(putTokens("apns", "g".repeat(64)).status()).isEqualTo(422);
        assertThat(putTokens("fcm", "a".repeat(4096)).status()).isEqualTo(200);
        assertThat(putTokens("fcm", "a".repeat(4097)).status()).isEqualTo(422);
        var twenty = IntStream.range(0, 20).mapToObj(i -> "t" + i).toArray(String[]::new);
        assertThat(putTokens("fcm", twenty).status()).isEqualTo(200);
        var more = IntStream.range(0, 21).mapToObj(i -> "t" + i).toArray(String[]::new);
        assertThat(putTokens("fcm", more).wrong()).containsExactly("/pushTokens");
        assertThat(putTokens("fcm", "a", "b", "a").wrong()).containsExactly("/pushTokens/2");
    }

    private World.Answer putTokens(String provider, String... tokens) {
        var body =
                Stream.of(tokens)
                        .map(token ->
                                "{\"provider\": \"%s\", \"token\": \"%s\"}"
                                        .formatted(provider, token))
                        .collect(Collectors.joining(",", "{\"pushTokens\": [", "]}"));
        return world.put("/v1/users/ada").json(body).answer();
    }

    @Test
    void bounds_the_attributes() {
        var tooMuch = "{\"attributes\": {\"x\": \"" + "y".repeat(16 * 1024) + "\"}}";
        var tooDeep = "{\"attributes\": " + "{\"x\":".repeat(32) + "{}" + "}".repeat(32) + "}";
        var deepEnough = "{\"attributes\": " + "{\"x\":".repeat(31) + "{}" + "}".repeat(31) + "}";

        assertThat(world.put("/v1/users/ada").json(tooMuch).answer().wrong())
                .containsExactly("/attributes");
        assertThat(world.put("/v1/users/ada").json(tooDeep).answer().wrong())
                .containsExactly("/attributes" + "/x".repeat(32));
        assertThat(world.put("/v1/users/ada").json(deepEnough).answer().status()).isEqualTo(201);
    }

    @Test
    void does_not_know_a_user_that_nobody_made() {
        world.get("/v1/users/nobody").answer().isProblem(404, "not-found");
        world.get("/v1/users/" + "x".repeat(129)).answer().isProblem(404, "not-found");
        world.get("/v1/users/a%00b").answer().isProblem(404, "not-found");
    }

    @Test
    void another_tenants_user_is_as_unknown_as_nobody() {
        world.hasUser(world.otherTenant, "ada");

        var theirs = world.get("/v1/users/ada").answer();
        theirs.isProblem(404, "not-found");

        assertThat(theirs.text()).isEqualTo(world.get("/v1/users/nobody").answer().text());
        assertThat(world.put("/v1/users/ada").json("{}").answer().status()).isEqualTo(201);
        assertThat(world.get("/v1/users/ada").key(world.otherKey).answer().body().path("email"))
                .hasToString("\"ada@example.com\"");
    }
}
