package io.herald.receipt;

import java.util.Optional;

/** The accounts with providers. */
@FunctionalInterface
public interface Connections {

    /**
     * @param provider what speaks its protocol, such as {@code http}
     * @param key of the connection
     * @return empty when there is none, or none that calls back
     */
    Optional<Connection> find(String provider, String key);
}
