package io.herald.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.herald.local.outside.ReceivedWebhook;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureCheckTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String BODY = "{\"type\":\"order.shipped\"}";

    private static ReceivedWebhook signed(String secret) throws WebhookSigningException {
        var now = Instant.now().getEpochSecond();
        var signature = new Webhook(secret).sign("id-1", now, BODY);
        return new ReceivedWebhook(
                Path.of("x"),
                "POST",
                "/",
                Map.of(
                        "Webhook-Id", List.of("id-1"),
                        "Webhook-Timestamp", List.of(Long.toString(now)),
                        "Webhook-Signature", List.of(signature)),
                BODY);
    }

    @Test
    void takes_what_was_signed_with_the_secret() throws WebhookSigningException {
        assertThat(SignatureCheck.problem(signed(SECRET), SECRET)).isEmpty();
    }

    @Test
    void refuses_what_was_signed_with_another() throws WebhookSigningException {
        var other = "whsec_" + "A".repeat(32);

        assertThat(SignatureCheck.problem(signed(other), SECRET)).isPresent();
    }
}
