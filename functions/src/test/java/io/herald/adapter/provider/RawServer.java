package io.herald.adapter.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Does with each connection what a test says: a server that breaks off, drips or is silent. */
final class RawServer implements AutoCloseable {

    /** One conversation; the connection is closed after it. */
    interface Conversation {
        void with(Peer peer) throws IOException;
    }

    /** The other side of a connection. */
    record Peer(Socket socket, InputStream in) {
        /**
         * @return a line without its end; empty when the other side has closed
         */
        String line() throws IOException {
            var line = new StringBuilder();
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write((text + "\r\n").getBytes(US_ASCII));
            socket.getOutputStream().flush();
        }

        /** Waits until the other side closes. */
        void beSilent() throws IOException {
            while (in.read() >= 0) {
                // Whatever it says.
            }
        }

        /** Closes so that the other side sees a reset and not an end. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    RawServer(Conversation conversation) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> accept(conversation));
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many conversations are over and their connections closed. */
    int ended() {
        return ended.get();
    }

    int connections() {
        return connections.get();
    }

    private void accept(Conversation conversation) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> converse(conversation, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void converse(Conversation conversation, Socket socket) {
        try (socket) {
            conversation.with(new Peer(socket, socket.getInputStream()));
        } catch (IOException e) {
            // The other side left first.
        }
        ended.incrementAndGet();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
