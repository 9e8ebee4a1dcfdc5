package io.herald.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One set of servers for all tests of a JVM, started when first asked for and ended with the JVM.
 * Their data is in a folder of its own under {@code java.io.tmpdir} and is deleted in the end, so
 * test runs never meet each other or a running local cloud. Commits are as durable as in real life.
 *
 * <p>The servers are shared by all tests, which therefore use databases, topics and keys of their
 * own, and start servers of their own where they stop, kill or freeze them.
 */
public final class SharedServers {
    private static final String PREFIX = "herald-servers-";

    private static @Nullable Servers running;

    private SharedServers() {}

    /**
     * The servers, ready.
     *
     * @throws ServerException if one does not start
     */
    public static synchronized Servers get() {
        var servers = running;
        if (servers == null) {
            servers = start();
            running = servers;
        }
        return servers;
    }

    private static Servers start() {
        // Read here, not by Files: test runners set it when the JVM already runs.
        var parent = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            var folder = Folders.createOwned(parent, PREFIX);
            var servers = Servers.start(folder, binaries());
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform().unstarted(() -> killAndDelete(servers, folder)));
            return servers;
        } catch (IOException failure) {
            throw StateFolder.cannotWrite(parent, failure);
        }
    }

    private static void killAndDelete(Servers servers, Path folder) {
        // What they hold is deleted, so nobody waits for Postgres to write it all out first: a test
        // runner gives a JVM 30 s to end.
        for (var server : List.of(servers.postgres(), servers.kafka(), servers.redis())) {
            server.kill();
        }
        try {
            Folders.deleteTree(folder);
        } catch (IOException _) {
            // The next run tries again.
        }
    }

    /** Where binaries are kept for all modules of this repository. */
    public static Path binaries() {
        return root().resolve(".herald").resolve("servers");
    }

    private static Path root() {
        return Optional.ofNullable(System.getProperty("herald.root"))
                .map(Path::of)
                .orElseGet(() -> {
                    var here = Path.of("").toAbsolutePath();
                    return Stream.iterate(here, folder -> folder != null, Path::getParent)
                            .filter(folder -> Files.exists(folder.resolve(".git")))
                            .findFirst()
                            .orElse(here);
                });
    }
}
