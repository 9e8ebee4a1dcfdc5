package io.herald.adapter.provider;

import io.herald.receipt.Connection;
import io.herald.receipt.Connections;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one connection there is so far: the mail gateway of the settings, {@code default} of the
 * provider {@code http}.
 */
public final class ConnectionOfSettings implements Connections {

    private final @Nullable String secret;
    private final Clock clock;

    /**
     * @param secret {@code whsec_} and base64; null where nobody calls back
     * @throws IllegalArgumentException when the secret has another form
     */
    public ConnectionOfSettings(@Nullable String secret, Clock clock) {
        if (secret != null) {
            WebhookSignature.requireSecret(secret);
        }
        this.secret = secret;
        this.clock = clock;
    }

    @Override
    public Optional<Connection> find(String provider, String key) {
        var mine = secret;
        return mine != null && provider.equals("http") && key.equals("default")
                ? Optional.of(call -> WebhookSignature.isOf(mine, call, clock.instant()))
                : Optional.empty();
    }
}
