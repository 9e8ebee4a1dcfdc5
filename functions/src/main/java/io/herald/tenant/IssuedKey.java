package io.herald.tenant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of a key.
 *
 * @param hint tells it from its siblings; see {@link ApiKey#hint}
 * @param revokedAt since when it no longer works, or null
 */
public record IssuedKey(
        KeyId id,
        KeyHash hash,
        String hint,
        Access access,
        Instant createdAt,
        @Nullable Instant revokedAt) {}
