package io.herald.local.gateway;

import java.time.Instant;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came, with its body decompressed.
 *
 * @param path percent-encoded, as sent
 * @param query percent-encoded, as sent, without the question mark
 * @param host the host that was asked for, without its port
 * @param protocol such as {@code HTTP/1.1}
 */
@SuppressWarnings("ArrayRecordComponent") // Compared nowhere, and copying 10 MB would cost.
record ProxyRequest(
        String requestId,
        Instant receivedAt,
        String method,
        String path,
        @Nullable String query,
        HttpFields headers,
        byte[] body,
        String sourceAddress,
        int port,
        String host,
        String protocol) {}
