package io.herald.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Redis 7 as a cache: 256 MB, least recently used keys go first, nothing is written to disk. */
public final class RedisServer extends Server {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int ASK_LIMIT_MILLISECONDS = 1_000;

    private final Path executable;
    private final Optional<String> password;

    private RedisServer(StateFolder folder, int port, Path executable, Optional<String> password) {
        super("Redis", folder, port);
        this.executable = executable;
        this.password = password;
    }

    /**
     * How to run it.
     *
     * @param folder keeps settings, log, port and password
     * @param binaries where the server itself is unpacked
     * @param port on 127.0.0.1; 0 for the one of the last time or, at first, a free one
     * @param withPassword whether clients must give a password, which is made the first time
     */
    public record Options(Path folder, ServerBinaries binaries, int port, boolean withPassword) {
        public Options(Path folder, ServerBinaries binaries) {
            this(folder, binaries, 0, false);
        }

        public Options withPort(int fixed) {
            return new Options(folder, binaries, fixed, withPassword);
        }

        public Options requiringPassword() {
            return new Options(folder, binaries, port, true);
        }
    }

    /**
     * Starts it, and returns when it answers.
     *
     * @throws ServerException if it does not start
     */
    public static RedisServer start(Options options) {
        var folder = StateFolder.open(options.folder());
        try {
            endOrphan(folder);
            var server =
                    new RedisServer(
                            folder,
                            folder.port("port", options.port()),
                            options.binaries().redis(),
                            options.withPassword()
                                    ? Optional.of(folder.secret("password"))
                                    : Optional.empty());
            server.configure();
            server.launch();
            return server;
        } catch (RuntimeException failure) {
            folder.close();
            throw failure;
        }
    }

    private void configure() {
        var text =
                """
                bind 127.0.0.1
                port %d
                daemonize no
                maxmemory 256mb
                maxmemory-policy allkeys-lru
                save ""
                appendonly no
                """
                        .formatted(port());
        // In the file, as a command line can be read by everyone.
        folder().write("redis.conf", text + password.map("requirepass %s%n"::formatted).orElse(""));
    }

    @Override
    List<String> command() {
        return List.of(executable.toString(), folder().file("redis.conf").toString());
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    Duration stopLimit() {
        return STOP_LIMIT;
    }

    /** Says PING in Redis's inline protocol. */
    @Override
    boolean isReady() {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port()),
                    ASK_LIMIT_MILLISECONDS);
            socket.setSoTimeout(ASK_LIMIT_MILLISECONDS);
            var question = password.map("AUTH %s\r\n"::formatted).orElse("") + "PING\r\nQUIT\r\n";
            socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
            var answer = socket.getInputStream().readAllBytes();
            return new String(answer, StandardCharsets.US_ASCII).contains("+PONG");
        } catch (IOException _) {
            return false;
        }
    }

    /** The password clients must give, if any. */
    public Optional<String> password() {
        return password;
    }

    /** The address as Redis clients take it, password included. */
    public String uri() {
        return "redis://%s127.0.0.1:%d"
                .formatted(password.map(":%s@"::formatted).orElse(""), port());
    }
}
