package io.herald.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EmailAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada@example.com",
                "a@b.co",
                "first.last+tag@sub.example.museum",
                "o'hara!#$%&*/=?^_`{|}~-@example.com",
                "1234567890123456789012345678901234567890123456789012345678901234@example.com",
                "ada@bücher.example",
                "ada@例え.テスト",
                "ada@xn--bcher-kva.example",
                "ada@1.example.org"
            })
    void takes_an_address(String text) {
        assertThat(EmailAddress.parse(text).localPart()).isEqualTo(text.split("@")[0]);
    }

    @Test
    void says_its_domain_in_ascii() {
        assertThat(EmailAddress.parse("ada@Bücher.example").ascii())
                .isEqualTo("ada@xn--bcher-kva.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "@example.com",
                "ada@",
                "ada@@example.com",
                "a@b@example.com",
                "Ada <ada@example.com>",
                "ada@example.com,grace@example.com",
                "ada lovelace@example.com",
                " ada@example.com",
                "ada@example.com\n",
                "ada@example.com\r\nBcc: grace@example.com",
                "ada\u0000@example.com",
                "ada\u200b@example.com",
                "ada@exa\u00admple.com",
                "ada@exam\u00a0ple.com",
                ".ada@example.com",
                "ada.@example.com",
                "a..b@example.com",
                "\"ada\"@example.com",
                "ada(comment)@example.com",
                "ädä@example.com",
                "ada@localhost",
                "ada@.example.com",
                "ada@example.com.",
                "ada@example..com",
                "ada@-example.com",
                "ada@example-.com",
                "ada@exam_ple.com",
                "ada@[127.0.0.1]",
                "ada@127.0.0.1",
                "ada@example.123",
                "ada@\ud800.com",
                "12345678901234567890123456789012345678901234567890123456789012345@example.com"
            })
    void refuses_what_is_none(String text) {
        assertThatThrownBy(() -> EmailAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must ");
    }

    @Test
    void has_at_most_254_characters() {
        var domain = ("x".repeat(49) + ".").repeat(4) + "com";
        int room = 254 - domain.length() - 1;
        var longest = "a".repeat(room) + "@" + domain;

        assertThat(EmailAddress.parse(longest).ascii()).hasSize(254);
        assertThatThrownBy(() -> EmailAddress.parse("a" + longest))
                .hasMessageContaining("254 characters");
        // The domain counts as a mail server sees it.
        assertThatThrownBy(() -> EmailAddress.parse(longest.replace("x.com", "é.com")))
                .hasMessageContaining("254 characters");
    }

    @Test
    void a_long_text_costs_nothing() {
        assertThatThrownBy(() -> EmailAddress.parse("a.".repeat(1_000_000) + "@example.com"))
                .hasMessageContaining("254 characters");
    }

    @Test
    void never_gets_into_a_log() {
        assertThat(EmailAddress.parse("ada@example.com")).hasToString("***@example.com");
    }
}
