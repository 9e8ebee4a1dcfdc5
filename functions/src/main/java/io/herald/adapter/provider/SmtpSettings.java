package io.herald.adapter.provider;

import org.jspecify.annotations.Nullable;

/**
 * The mail server and who mail is from.
 *
 * @param user null where the server asks for no password
 * @param startTls whether the connection must be encrypted (RFC 3207) before anything is said; when
 *     false it never is
 * @param from an address, perhaps with a name before it; its domain also names the messages
 * @param helloName what this client calls itself (RFC 5321, section 4.1.1.1)
 * @param maxConnections open at the same time, by one environment
 */
public record SmtpSettings(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        boolean startTls,
        String from,
        String helloName,
        int maxConnections) {

    /** Without the password. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
