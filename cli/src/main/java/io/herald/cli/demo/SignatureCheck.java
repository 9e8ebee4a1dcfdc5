package io.herald.cli.demo;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.herald.local.outside.ReceivedWebhook;
import java.util.Optional;

/** Checks a webhook as its receiver should: with the reference library of Standard Webhooks. */
final class SignatureCheck {
    private SignatureCheck() {}

    /**
     * @param secret the tenant's, {@code whsec_...}
     * @return why the signature is not valid; empty when it is
     */
    static Optional<String> problem(ReceivedWebhook webhook, String secret) {
        try {
            new Webhook(secret).verify(webhook.body(), webhook.headers());
            return Optional.empty();
        } catch (WebhookVerificationException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
