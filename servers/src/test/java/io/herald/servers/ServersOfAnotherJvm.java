package io.herald.servers;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The main class of a JVM that starts servers, says their pids, and waits to be killed. */
final class ServersOfAnotherJvm {
    private ServersOfAnotherJvm() {}

    public static void main(String[] arguments) throws InterruptedException {
        var servers = Servers.start(Path.of(arguments[0]), SharedServers.binaries());
        if (arguments[1].equals("paused")) {
            servers.postgres().pause();
            servers.kafka().pause();
            servers.redis().pause();
        }
        System.out.printf(
                "%d %d %d%n",
                servers.postgres().pid(), servers.kafka().pid(), servers.redis().pid());
        new CountDownLatch(1).await();
    }
}
