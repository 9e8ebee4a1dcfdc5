package io.herald.local.gateway;

import java.time.Duration;

/**
 * How the gateway runs.
 *
 * @param port 0 for any free port
 * @param timeout how long an answer may take; 29 s in the cloud
 * @param drain how long a stop waits for the requests in flight
 */
public record GatewaySettings(int port, Duration timeout, Duration drain) {

    /** API Gateway's own limit on an answer, and five seconds for a stop. */
    public static GatewaySettings onPort(int port) {
        return new GatewaySettings(port, Duration.ofSeconds(29), Duration.ofSeconds(5));
    }
}
