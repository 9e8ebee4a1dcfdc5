package io.herald.servers;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Kafka 4.4 (KRaft): one node that is broker and controller, in a JVM of its own with the JDK of
 * this one. Topics are not made by themselves; internal ones have one partition.
 */
public final class KafkaServer extends Server {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int ASK_LIMIT_MILLISECONDS = 1_000;
    private static final int NODE = 1;
    private static final byte[] METADATA_REQUEST = metadataRequest();

    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("process.roles", "broker,controller"),
                    Map.entry("node.id", Integer.toString(NODE)),
                    Map.entry("controller.listener.names", "CONTROLLER"),
                    Map.entry("inter.broker.listener.name", "CLIENTS"),
                    Map.entry(
                            "listener.security.protocol.map",
                            "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                    Map.entry("auto.create.topics.enable", "false"),
                    Map.entry("offsets.topic.num.partitions", "1"),
                    Map.entry("offsets.topic.replication.factor", "1"),
                    Map.entry("transaction.state.log.num.partitions", "1"),
                    Map.entry("transaction.state.log.replication.factor", "1"),
                    Map.entry("transaction.state.log.min.isr", "1"),
                    Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                    Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                    Map.entry("share.coordinator.state.topic.min.isr", "1"),
                    Map.entry("group.initial.rebalance.delay.ms", "0"),
                    Map.entry("num.network.threads", "2"),
                    Map.entry("num.io.threads", "4"),
                    Map.entry("background.threads", "2"),
                    Map.entry("log.cleaner.dedupe.buffer.size", "8388608"),
                    Map.entry("log.index.size.max.bytes", "1048576"),
                    Map.entry("log.segment.bytes", "67108864"),
                    Map.entry("log.retention.bytes", "134217728"),
                    Map.entry("log.retention.hours", "24"));

    private static final String LOGGING =
            """
            <Configuration status="WARN" shutdownHook="disable">
              <Appenders>
                <Console name="log">
                  <PatternLayout pattern="%d{ISO8601}{UTC} %p %c{1} %m%n"/>
                </Console>
              </Appenders>
              <Loggers>
                <Root level="WARN"><AppenderRef ref="log"/></Root>
              </Loggers>
            </Configuration>
            """;

    private final KafkaClassPath classPath;
    private final Path classArchive;
    private final Map<String, String> settings;

    private KafkaServer(StateFolder folder, int port, Path cache, Map<String, String> settings) {
        super("Kafka", folder, port);
        this.settings = settings;
        this.classPath = KafkaClassPath.current();
        this.classArchive = cache.resolve("kafka-" + classPath.fingerprint() + ".jsa");
    }

    /**
     * How to run it.
     *
     * @param folder keeps data, settings, log and ports
     * @param binaries in whose cache folder the JVM keeps an archive of Kafka's classes
     * @param port for clients, on 127.0.0.1; 0 for the one of the last time or, at first, a free
     *     one
     * @param settings of server.properties, on top of Herald's own
     */
    public record Options(
            Path folder, ServerBinaries binaries, int port, Map<String, String> settings) {
        public Options {
            settings = Map.copyOf(settings);
        }

        public Options(Path folder, ServerBinaries binaries) {
            this(folder, binaries, 0, Map.of());
        }

        public Options withPort(int fixed) {
            return new Options(folder, binaries, fixed, settings);
        }

        public Options withSettings(Map<String, String> more) {
            return new Options(folder, binaries, port, more);
        }
    }

    /**
     * Starts it, on new data if the folder is empty, and returns when it serves clients.
     *
     * @throws ServerException if it does not start
     */
    public static KafkaServer start(Options options) {
        var folder = StateFolder.open(options.folder());
        try {
            endOrphan(folder);
            var server =
                    new KafkaServer(
                            folder,
                            folder.port("port", options.port()),
                            options.binaries().cache(),
                            options.settings());
            server.format();
            server.launch();
            return server;
        } catch (RuntimeException failure) {
            folder.close();
            throw failure;
        }
    }

    private Path data() {
        return folder().file("data");
    }

    /** Whether it ran before and did not leave what it leaves when it ends in good order. */
    private boolean endedInDisorder() {
        return Files.exists(data().resolve("__cluster_metadata-0/quorum-state"))
                && Files.notExists(data().resolve(".kafka_cleanshutdown"));
    }

    private void configure() {
        var controller = "127.0.0.1:" + folder().port("controller-port", 0);
        var properties = new Properties();
        properties.putAll(SETTINGS);
        if (endedInDisorder()) {
            // The controller takes the broker before for alive this long, 9 s by default, and does
            // not let the new one in. Short only now: a broker that gets no processor time for as
            // long loses its partitions for a moment.
            properties.put("broker.session.timeout.ms", "2000");
            properties.put("broker.heartbeat.interval.ms", "250");
        }
        properties.put("log.dirs", data().toString());
        properties.put(
                "listeners",
                "CLIENTS://127.0.0.1:%d,CONTROLLER://%s".formatted(port(), controller));
        properties.put("advertised.listeners", "CLIENTS://127.0.0.1:" + port());
        properties.put("controller.quorum.voters", NODE + "@" + controller);
        properties.putAll(settings);
        var text = new StringWriter();
        try {
            properties.store(text, "Written at every start.");
        } catch (IOException failure) {
            throw StateFolder.cannotWrite(folder().file("server.properties"), failure);
        }
        folder().write("server.properties", text.toString());
        folder().write("log4j2.xml", LOGGING);
    }

    /** Formats under another name first, so that a half-made folder is never used. */
    private void format() {
        if (Files.exists(data())) {
            return;
        }
        if (data().toString().contains(",")) {
            throw new ServerException(
                    "Kafka cannot keep its data in %s: no comma may be in the path."
                            .formatted(data()));
        }
        var made = folder().file("data.new");
        try {
            Folders.deleteTree(made);
            new Formatter()
                    .setPrintStream(
                            new PrintStream(
                                    OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(NODE)
                    .setClusterId(
                            folder().remembered("cluster-id", () -> Uuid.randomUuid().toString()))
                    .setControllerListenerName("CONTROLLER")
                    .addDirectory(made.toString())
                    .setMetadataLogDirectory(made.toString())
                    .run();
            Files.move(made, data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (Exception failure) {
            throw new ServerException(
                    "Kafka could not make its data folder %s (%s).".formatted(made, failure),
                    failure);
        }
    }

    @Override
    List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:SharedArchiveFile=" + classArchive,
                "-XX:+AutoCreateSharedArchive",
                "-XX:+ExitOnOutOfMemoryError",
                // What the JVM says of its archive is not news from Kafka.
                "-Xlog:cds*=off,aot*=off",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlog4j2.configurationFile=" + folder().file("log4j2.xml").toUri(),
                "-cp",
                classPath.asArgument(),
                "kafka.Kafka",
                folder().file("server.properties").toString());
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    Duration stopLimit() {
        return STOP_LIMIT;
    }

    @Override
    void prepare() {
        configure();
        try {
            Files.createDirectories(classArchive.getParent());
        } catch (IOException failure) {
            throw StateFolder.cannotWrite(classArchive, failure);
        }
    }

    /**
     * Asks for the brokers that take part in the cluster: a Metadata request, version 1, without
     * topics, as the Kafka protocol guide lays it out. Kafka's own client would do, but costs
     * seconds of processor time when it is loaded, just while Kafka itself needs it.
     */
    @Override
    boolean isReady() {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port()),
                    ASK_LIMIT_MILLISECONDS);
            socket.setSoTimeout(ASK_LIMIT_MILLISECONDS);
            socket.getOutputStream().write(METADATA_REQUEST);
            var answer = new DataInputStream(socket.getInputStream());
            answer.skipNBytes(2 * Integer.BYTES); // its length, the correlation id
            return answer.readInt() > 0; // the number of brokers
        } catch (IOException _) {
            return false;
        }
    }

    private static byte[] metadataRequest() {
        var clientId = "herald".getBytes(StandardCharsets.US_ASCII);
        var length =
                2 * Short.BYTES + Integer.BYTES + Short.BYTES + clientId.length + Integer.BYTES;
        return ByteBuffer.allocate(Integer.BYTES + length)
                .putInt(length)
                .putShort((short) 3) // Metadata
                .putShort((short) 1) // version
                .putInt(0) // correlation id
                .putShort((short) clientId.length)
                .put(clientId)
                .putInt(0) // no topics
                .array();
    }

    /** Where clients connect first. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port();
    }
}
