package io.herald.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiResourcesTest {

    private static ApiResources resources;

    @BeforeAll
    static void read() throws IOException {
        resources = sample();
    }

    static ApiResources sample() throws IOException {
        try (var document = ApiResourcesTest.class.getResourceAsStream("/api.yaml")) {
            return ApiResources.read(Objects.requireNonNull(document));
        }
    }

    @Test
    void a_parameter_takes_one_segment_and_is_decoded() throws Refusal {
        assertThat(resources.match("GET", "/v1/users/ada%2Fb%20c+d"))
                .isEqualTo(
                        new ApiResources.Match(
                                "/v1/users/{userId}", Map.of("userId", "ada/b c+d")));
    }

    @Test
    void a_literal_comes_before_a_parameter() throws Refusal {
        assertThat(resources.match("GET", "/v1/users/me").resource()).isEqualTo("/v1/users/me");
    }

    @Test
    void the_earlier_segment_decides_which_resource_is_more_literal() throws Refusal {
        assertThat(resources.match("GET", "/v1/users/me/inbox").resource())
                .isEqualTo("/v1/users/{userId}/inbox");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/nothing",
                "/v1/users/",
                "/v1/users",
                "/healthz/",
                "//healthz",
                "/V1/users/me"
            })
    void an_unknown_path_goes_to_the_greedy_proxy(String path) throws Refusal {
        assertThat(resources.match("GET", path))
                .isEqualTo(new ApiResources.Match("/{proxy+}", Map.of("proxy", path.substring(1))));
    }

    @Test
    void an_undeclared_method_goes_to_the_greedy_proxy() throws Refusal {
        assertThat(resources.match("DELETE", "/healthz"))
                .isEqualTo(new ApiResources.Match("/{proxy+}", Map.of("proxy", "healthz")));
    }

    @Test
    void the_root_has_no_proxy_parameter() throws Refusal {
        assertThat(resources.match("GET", "/")).isEqualTo(new ApiResources.Match("/", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%00", "%c3%28", "%ff", "\u00e9"})
    void a_parameter_that_is_not_percent_encoded_utf_8_is_refused(String parameter) {
        assertThatThrownBy(() -> resources.match("GET", "/v1/users/" + parameter))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
    }

    @Test
    void a_document_without_paths_is_refused() {
        var document = new ByteArrayInputStream("openapi: 3.0.3".getBytes(UTF_8));
        assertThatThrownBy(() -> ApiResources.read(document)).isInstanceOf(IOException.class);
    }
}
