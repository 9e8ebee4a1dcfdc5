package io.herald.tenant;

import java.util.Optional;

/** The API keys, by their hash. */
public interface Keys {

    /**
     * @return what the key gives access to; empty when there is none or it was revoked. Whether it
     *     has expired is for the caller to see
     */
    Optional<Access> find(KeyHash hash);
}
