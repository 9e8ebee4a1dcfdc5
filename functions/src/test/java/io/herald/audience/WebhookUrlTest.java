package io.herald.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebhookUrlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com",
                "http://example.com/",
                "HTTPS://EXAMPLE.COM/Hook?a=1&b=%20",
                "https://example.com:8443/hook",
                "https://xn--bcher-kva.example/",
                "http://192.0.2.1/hook",
                "http://[2001:db8::1]:8080/hook"
            })
    void takes_an_absolute_http_url(String text) {
        assertThat(WebhookUrl.parse(text).value()).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/hook",
                "//example.com/hook",
                "example.com/hook",
                "ftp://example.com/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "mailto:ada@example.com",
                "http:example.com",
                "http://",
                "http:///hook",
                "https://:8080/",
                "https://user@example.com/",
                "https://user:secret@example.com/",
                "https://example.com/#part",
                "https://example.com/#",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://example.com:x/",
                "https://example .com/",
                "https://example.com/a b",
                "https://example.com/\n",
                "https://example.com/\u0000",
                "https://bücher.example/",
                "https://example.com/%zz",
                "https://exam_ple.com\\@example.org/",
                "https://[::1/"
            })
    void refuses_what_is_none(String text) {
        assertThatThrownBy(() -> WebhookUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must ");
    }

    @Test
    void has_at_most_2048_characters() {
        var base = "https://example.com/";
        var longest = base + "x".repeat(2_048 - base.length());

        assertThat(WebhookUrl.parse(longest).value()).hasToString(longest);
        assertThatThrownBy(() -> WebhookUrl.parse(longest + "x")).hasMessageContaining("2048");
    }

    @Test
    void its_path_never_gets_into_a_log() {
        assertThat(WebhookUrl.parse("https://example.com/secret"))
                .hasToString("https://example.com/***");
    }
}
