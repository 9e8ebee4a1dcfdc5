package io.herald.local.poller;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A real broker in a process of its own, which can be killed and started again on its port. */
final class TestBroker implements AutoCloseable {

    private static final Duration STARTUP = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private Process process;

    private TestBroker(Path folder, int port) throws Exception {
        this.folder = folder;
        this.port = port;
        format();
        this.process = start();
        awaitReady();
    }

    static TestBroker start(Path folder) throws Exception {
        return new TestBroker(folder, freePort());
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    void createTopic(String name, int partitions) throws Exception {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    /** As by kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    void restart() throws Exception {
        process = start();
        awaitReady();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private void format() throws Exception {
        Files.createDirectories(folder);
        var controllerPort = freePort();
        Files.writeString(
                folder.resolve("server.properties"),
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=127.0.0.1:%1$d
                listeners=PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                group.initial.rebalance.delay.ms=0
                """
                        .formatted(controllerPort, port, folder.resolve("data")));
        var format =
                java(
                        "kafka.tools.StorageTool",
                        "format",
                        "--standalone",
                        "--cluster-id",
                        "4L6g3nShT-eMCtK--X86sw",
                        "--config",
                        folder.resolve("server.properties").toString());
        if (format.waitFor() != 0) {
            throw new IOException("formatting failed; see " + folder.resolve("broker.log"));
        }
    }

    private Process start() throws IOException {
        return java("kafka.Kafka", folder.resolve("server.properties").toString());
    }

    private Process java(String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("broker.log").toFile()))
                .start();
    }

    private void awaitReady() throws Exception {
        try (var admin = admin()) {
            admin.describeCluster().nodes().get(STARTUP.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
