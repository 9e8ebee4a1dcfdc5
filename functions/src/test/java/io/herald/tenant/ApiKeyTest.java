package io.herald.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiKeyTest {
    private final ApiKey key = ApiKey.make(new Random(1));

    @Test
    void is_a_prefix_and_32_random_bytes_in_base64url() {
        assertThat(key.reveal()).matches("hk_[A-Za-z0-9_-]{43}");
        assertThat(ApiKey.make(new Random(2))).isNotEqualTo(key);
    }

    @Test
    void is_read_back_from_its_text() {
        assertThat(ApiKey.parse(key.reveal())).contains(key);
    }

    @Test
    void is_kept_as_the_sha_256_of_its_text() throws NoSuchAlgorithmException {
        var digest =
                MessageDigest.getInstance("SHA-256")
                        .digest(key.reveal().getBytes(StandardCharsets.US_ASCII));

        assertThat(key.hash().hex()).isEqualTo(HexFormat.of().formatHex(digest));
    }

    @Test
    void shows_its_last_four_characters_and_no_more() {
        assertThat(key.hint()).hasSize(10).isEqualTo("hk_..." + key.reveal().substring(42));
        assertThat(key).hasToString(key.hint());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hk_",
                "hk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "hk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "HK_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "hk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "hk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
                "hk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
                "hk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA é"
            })
    void nothing_else_is_a_key(String text) {
        assertThat(ApiKey.parse(text)).isEmpty();
    }
}
