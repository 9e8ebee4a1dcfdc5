package io.herald.tenant;

import java.time.Clock;
import java.util.Optional;

/** Turns an API key into what it gives access to. */
public final class Authenticate {
    private final Keys keys;
    private final Clock clock;

    public Authenticate(Keys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * @return empty when there is no such key, or it was revoked, or it has expired
     */
    public Optional<Access> access(ApiKey key) {
        return keys.find(key.hash()).filter(this::isValid);
    }

    private boolean isValid(Access access) {
        var expiresAt = access.expiresAt();
        return expiresAt == null || clock.instant().isBefore(expiresAt);
    }
}
