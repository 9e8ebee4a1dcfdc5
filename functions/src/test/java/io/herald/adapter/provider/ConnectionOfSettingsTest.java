package io.herald.adapter.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import io.herald.contract.SettableClock;
import io.herald.receipt.SignedCall;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionOfSettingsTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_AAKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String BODY = "[{\"kind\": \"sent\"}]";
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final SettableClock clock = new SettableClock(NOW);
    private final ConnectionOfSettings connections = new ConnectionOfSettings(SECRET, clock);

    @Test
    void lets_in_what_the_reference_library_signs() throws Exception {
        assertThat(isLetIn("call-1", timestamp(), signature(SECRET), BODY)).isTrue();
    }

    @Test
    void lets_in_what_is_signed_with_a_new_secret_and_with_the_old_one() throws Exception {
        var both = signature(OTHER) + " v2,abc " + signature(SECRET);

        assertThat(isLetIn("call-1", timestamp(), both, BODY)).isTrue();
    }

    @Test
    void lets_in_nothing_that_was_changed_on_its_way() throws Exception {
        var signature = signature(SECRET);

        assertThat(isLetIn("call-1", timestamp(), signature, BODY + " ")).isFalse();
        assertThat(isLetIn("call-2", timestamp(), signature, BODY)).isFalse();
        assertThat(isLetIn("call-1", timestamp(1), signature, BODY)).isFalse();
        assertThat(isLetIn("call-1", timestamp(), signature(OTHER), BODY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "v1", "v1,", "v1,not base64", "v1,AAAA", "v2,AAAA"})
    void lets_in_nothing_without_a_signature(String signature) {
        assertThat(isLetIn("call-1", timestamp(), signature, BODY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "-1", "1e9", "99999999999999999999", "99999999999"})
    void lets_in_nothing_without_a_time(String timestamp) throws Exception {
        assertThat(isLetIn("call-1", timestamp, signature(SECRET), BODY)).isFalse();
    }

    @Test
    void lets_in_for_five_minutes() throws Exception {
        var signature = signature(SECRET);

        clock.set(NOW.plus(Duration.ofMinutes(5)));
        assertThat(isLetIn("call-1", timestamp(), signature, BODY)).isTrue();
        clock.set(NOW.minus(Duration.ofMinutes(5)));
        assertThat(isLetIn("call-1", timestamp(), signature, BODY)).isTrue();
        clock.set(NOW.plus(Duration.ofMinutes(5)).plusMillis(1));
        assertThat(isLetIn("call-1", timestamp(), signature, BODY)).isFalse();
        clock.set(NOW.minus(Duration.ofMinutes(5)).minusMillis(1));
        assertThat(isLetIn("call-1", timestamp(), signature, BODY)).isFalse();
    }

    @Test
    void knows_one_connection_or_none() {
        assertThat(connections.find("http", "other")).isEmpty();
        assertThat(connections.find("smtp", "default")).isEmpty();
        assertThat(new ConnectionOfSettings(null, clock).find("http", "default")).isEmpty();
    }

    @Test
    void takes_no_secret_that_is_none() {
        assertThatThrownBy(() -> new ConnectionOfSettings("secret", clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret\"");
    }

    private boolean isLetIn(String id, String timestamp, String signature, String body) {
        return connections
                .find("http", "default")
                .orElseThrow()
                .hasSigned(new SignedCall(id, timestamp, signature, body.getBytes(UTF_8)));
    }

    private static String timestamp() {
        return timestamp(0);
    }

    private static String timestamp(int later) {
        return String.valueOf(NOW.getEpochSecond() + later);
    }

    private static String signature(String secret) throws Exception {
        return new Webhook(secret).sign("call-1", NOW.getEpochSecond(), BODY);
    }
}
