package io.herald.servers;

/** The main class of a JVM that uses the shared servers and ends without closing them. */
final class SharedServersOfAnotherJvm {
    private SharedServersOfAnotherJvm() {}

    public static void main(String[] arguments) {
        var servers = SharedServers.get();
        System.out.printf(
                "%d %d %d%n",
                servers.postgres().pid(), servers.kafka().pid(), servers.redis().pid());
        System.exit(0);
    }
}
