package io.herald.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Postgres 17 with one database, {@code herald}, and one superuser of the same name whose password
 * is made the first time. Commits are durable: {@code fsync} and {@code synchronous_commit} are on.
 */
public final class PostgresServer extends Server {
    /** The database, and the user that owns it. */
    public static final String DATABASE = "herald";

    private static final String USER = "herald";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("listen_addresses", "127.0.0.1"),
                    // None: a socket's path may have 107 bytes, and a folder's may be longer.
                    Map.entry("unix_socket_directories", ""),
                    Map.entry("fsync", "on"),
                    Map.entry("synchronous_commit", "on"),
                    Map.entry("full_page_writes", "on"),
                    Map.entry("shared_buffers", "256MB"),
                    Map.entry("effective_cache_size", "1GB"),
                    Map.entry("work_mem", "16MB"),
                    Map.entry("maintenance_work_mem", "128MB"),
                    Map.entry("max_connections", "200"),
                    Map.entry("shared_preload_libraries", "pg_stat_statements"),
                    Map.entry("checkpoint_completion_target", "0.9"),
                    Map.entry("wal_buffers", "16MB"),
                    Map.entry("max_wal_size", "2GB"),
                    Map.entry("random_page_cost", "1.1"),
                    Map.entry("autovacuum", "on"),
                    Map.entry("log_min_duration_statement", "100ms"),
                    Map.entry("log_line_prefix", "%m [%p] "),
                    Map.entry("log_timezone", "UTC"),
                    Map.entry("timezone", "UTC"),
                    Map.entry("password_encryption", "scram-sha-256"));

    private final Path home;
    private final Path data;
    private final RunAs account;
    private final String password;

    private PostgresServer(
            StateFolder folder, int port, Path home, RunAs account, String password) {
        super("Postgres", folder, port);
        this.home = home;
        this.data = folder.file("data");
        this.account = account;
        this.password = password;
    }

    /**
     * How to run it.
     *
     * @param folder keeps data, log, port and password
     * @param binaries where the server itself is unpacked
     * @param port on 127.0.0.1; 0 for the one of the last time or, at first, a free one
     * @param settings of postgresql.conf, on top of Herald's own
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
     * Starts it, on new data if the folder is empty, and returns when it takes connections.
     *
     * @throws ServerException if it does not start
     */
    public static PostgresServer start(Options options) {
        var folder = StateFolder.open(options.folder());
        try {
            return start(options, folder, RunAs.choose(folder.file("data")));
        } catch (RuntimeException failure) {
            folder.close();
            throw failure;
        }
    }

    static PostgresServer start(Options options, StateFolder folder, RunAs account) {
        endOrphan(folder);
        var home = options.binaries().postgres();
        account.requireReaches(home);
        var server =
                new PostgresServer(
                        folder,
                        folder.port("port", options.port()),
                        home,
                        account,
                        folder.secret("password"));
        server.createCluster();
        server.configure(options.settings());
        server.launch();
        try {
            server.createDatabase();
        } catch (SQLException failure) {
            server.stop();
            throw new ServerException(
                    "The database could not be made (%s).".formatted(failure.getMessage()),
                    failure);
        }
        return server;
    }

    /** Makes the data folder under another name first, so that a half-made one is never used. */
    private void createCluster() {
        if (Files.exists(data)) {
            return;
        }
        var made = folder().file("data.new");
        var firstPassword = folder().write("initial-password", password);
        try {
            Folders.deleteTree(made);
            Files.createDirectory(made);
            account.own(made);
            account.own(firstPassword);
            account.requireReaches(made);
            var result = Command.run(account.becoming(initdb(made, firstPassword)));
            if (!result.succeeded()) {
                throw new ServerException(
                        "Postgres could not make its data folder %s: %s"
                                .formatted(made, result.output()));
            }
            Files.move(made, data, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(firstPassword);
        } catch (IOException failure) {
            throw StateFolder.cannotWrite(made, failure);
        }
    }

    private List<String> initdb(Path target, Path firstPassword) {
        return List.of(
                home.resolve("bin/initdb").toString(),
                "--pgdata=" + target,
                "--username=" + USER,
                "--pwfile=" + firstPassword,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // The same order of texts on every system, whatever its C library.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                // The first checkpoint syncs; a crash of the machine before it means a new start.
                "--no-sync",
                "--no-instructions");
    }

    private void configure(Map<String, String> more) {
        var settings = new LinkedHashMap<>(SETTINGS);
        settings.put("port", Integer.toString(port()));
        settings.put(
                "effective_io_concurrency", Platform.current().os().equals("linux") ? "200" : "0");
        settings.putAll(more);
        var text = new StringBuilder("# Written at every start.\n");
        settings.forEach((name, value) ->
                text.append(name).append(" = '").append(value.replace("'", "''")).append("'\n"));
        account.own(folder().write("postgresql.conf", text.toString()));
    }

    @Override
    List<String> command() {
        return account.becoming(
                List.of(
                        home.resolve("bin/postgres").toString(),
                        "-D",
                        data.toString(),
                        "-c",
                        "config_file=" + folder().file("postgresql.conf")));
    }

    /**
     * Postgres takes a left {@code postmaster.pid} for stale by itself, except where the pid has
     * gone to another process of the same user since. We hold the folder, and know that ours ended.
     */
    @Override
    void prepare() {
        var pidFile = data.resolve("postmaster.pid");
        try {
            if (Files.exists(pidFile)) {
                var pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
                var ours = ServerProcess.rememberedPid(folder().file("pid"));
                if (ours.isPresent() && ours.get() == pid && ProcessHandle.of(pid).isPresent()) {
                    Files.delete(pidFile);
                }
            }
        } catch (IOException | NumberFormatException _) {
            // Postgres will say what is wrong with it.
        }
    }

    /** Backends of a killed server end by themselves when they notice. */
    @Override
    boolean passesSoon(String lastLines) {
        return lastLines.contains("is still in use");
    }

    @Override
    String stopSignal() {
        return "INT"; // a fast shutdown: clients are disconnected
    }

    @Override
    Duration stopLimit() {
        return STOP_LIMIT;
    }

    @Override
    boolean isReady() {
        try (var connection = connect("postgres")) {
            return connection.isValid(1);
        } catch (SQLException _) {
            return false;
        }
    }

    private void createDatabase() throws SQLException {
        try (var connection = connect("postgres");
                var statement = connection.createStatement()) {
            try (var found =
                    statement.executeQuery(
                            "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("CREATE DATABASE " + DATABASE);
        }
        try (var connection = connect(DATABASE);
                var statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        }
    }

    private Connection connect(String database) throws SQLException {
        var properties = new Properties();
        properties.putAll(
                Map.of(
                        "user",
                        USER,
                        "password",
                        password,
                        "connectTimeout",
                        "2",
                        "socketTimeout",
                        "10"));
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** The JDBC URL of the database {@code herald}, without user and password. */
    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    /** The JDBC URL of another database, such as one a test made for itself. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), database);
    }

    /** The superuser. */
    public String user() {
        return USER;
    }

    /** The superuser's password. */
    public String password() {
        return password;
    }
}
