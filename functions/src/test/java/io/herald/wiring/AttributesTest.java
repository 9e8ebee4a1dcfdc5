package io.herald.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.http.HttpResponse;
import io.herald.wiring.RealApi.Caller;
import io.herald.wiring.RealApi.Request;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a tenant notes of a user, through the API to Postgres and back. */
class AttributesTest {
    private static final int MAX_BYTES = 16 * 1024;

    // As large as may be; each 1E+308 written out has 309 digits.
    private static final String LARGEST =
            padded(
                    "{\"exact\":1.0,\"tiny\":1E-300,\"long\":%s,\"deep\":%s,\"huge\":[%s],\"rest\":\"%%s\"}"
                            .formatted(
                                    "9".repeat(300),
                                    "[".repeat(31) + "]".repeat(31),
                                    String.join(",", Collections.nCopies(2_200, "1E+308"))));

    private static RealApi api;
    private static Caller caller;

    @BeforeAll
    static void start() {
        api = new RealApi(true);
        caller = api.caller();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void come_back_from_every_route_as_they_were_sent() {
        var made = call("PUT", "{\"attributes\": %s}".formatted(LARGEST));

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body()).contains(LARGEST);
        var read = api.call(caller, Request.of("GET", "/v1/users/ada"));
        assertThat(read.body()).isEqualTo(made.body());

        var patched = call("PATCH", "{\"locale\": \"de\"}");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.body()).contains(LARGEST);

        var again = call("PUT", "{\"attributes\": %s, \"locale\": \"de\"}".formatted(LARGEST));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.headers().get("ETag")).isEqualTo(patched.headers().get("ETag"));
        assertThat(again.body()).isEqualTo(patched.body());
    }

    private static HttpResponse call(String method, String body) {
        return api.call(caller, Request.of(method, "/v1/users/ada").json(body));
    }

    private static String padded(String json) {
        return json.formatted("x".repeat(MAX_BYTES + 2 - json.length()));
    }
}
