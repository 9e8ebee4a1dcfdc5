package io.herald.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses ports on the loopback address. */
final class Ports {
    // Below what Linux (from 32768) and macOS (from 49152) hand out to outgoing connections: from
    // that range, a client that keeps trying a stopped server's port can connect to itself and so
    // hold the port against the server.
    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 32_000;
    private static final int TRIES = 200;

    // Servers that start side by side have not bound theirs yet.
    private static final Set<Integer> CHOSEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    static int chooseFree() {
        for (var tries = 0; tries < TRIES; tries++) {
            var port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port) && CHOSEN.add(port)) {
                return port;
            }
        }
        throw new ServerException(
                "No free port was found between %d and %d.".formatted(LOWEST, HIGHEST));
    }

    static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            // Connections of the last run that linger in TIME_WAIT do not hold the port.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
