package io.herald.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/**
 * One connection that is kept alive (HTTP/1.1, RFC 9112). It shares the processors with what it
 * measures, so it does next to nothing: a request is one array of bytes made beforehand, and of an
 * answer it reads the status and the first bytes. For one thread.
 */
final class HttpConnection implements AutoCloseable {
    private static final int KEPT = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    // The gateway closes what is idle for a minute; nobody wants to learn that from a lost call.
    private static final long IDLE_NANOS = Duration.ofSeconds(20).toNanos();

    private final URI url;
    private final byte[] buffer = new byte[256 * 1024];
    private Socket socket;
    private OutputStream out;
    private InputStream in;
    private long lastUse;

    HttpConnection(URI url) throws IOException {
        this.url = url;
        socket = open(url);
        out = socket.getOutputStream();
        in = socket.getInputStream();
        lastUse = System.nanoTime();
    }

    private static Socket open(URI url) throws IOException {
        var socket = new Socket(url.getHost(), url.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        return socket;
    }

    private void reopenIfIdle() throws IOException {
        var now = System.nanoTime();
        if (now - lastUse > IDLE_NANOS) {
            socket.close();
            socket = open(url);
            out = socket.getOutputStream();
            in = socket.getInputStream();
        }
        lastUse = now;
    }

    /**
     * @param start the first bytes of the body
     */
    record Answer(int status, String start) {}

    /** Sends a whole request, head and body, and reads its answer to the end. */
    Answer call(byte[] request) throws IOException {
        reopenIfIdle();
        out.write(request);
        int filled = 0;
        int bodyAt = -1;
        while (bodyAt < 0) {
            int from = Math.max(0, filled - 3);
            filled += read(filled);
            bodyAt = endOfHead(from, filled);
        }
        var head = new String(buffer, 0, bodyAt, ISO_8859_1);
        int status = Integer.parseInt(head.substring(9, 12));
        int length = contentLength(head);
        var left = length - (filled - bodyAt);
        while (filled - bodyAt < Math.min(KEPT, length)) {
            int more = read(filled);
            filled += more;
            left -= more;
        }
        var start =
                new String(
                        buffer,
                        bodyAt,
                        Math.min(KEPT, Math.min(length, filled - bodyAt)),
                        ISO_8859_1);
        while (left > 0) {
            left -= read(0);
        }
        return new Answer(status, start);
    }

    private int read(int offset) throws IOException {
        int read = in.read(buffer, offset, buffer.length - offset);
        if (read <= 0) {
            throw new EOFException("the connection was closed in the middle of an answer");
        }
        return read;
    }

    private int endOfHead(int from, int to) {
        for (int i = from; i + 3 < to; i++) {
            if (buffer[i] == '\r'
                    && buffer[i + 1] == '\n'
                    && buffer[i + 2] == '\r'
                    && buffer[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /** The gateway always says how long its answers are. */
    private static int contentLength(String head) throws IOException {
        var name = "content-length:";
        int at = head.toLowerCase(Locale.ROOT).indexOf(name);
        if (at < 0) {
            throw new IOException("an answer without Content-Length");
        }
        int end = head.indexOf('\r', at);
        return Integer.parseInt(head.substring(at + name.length(), end).strip());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
