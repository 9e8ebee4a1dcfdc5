package io.herald.servers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String BUSY =
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE state = 'active' AND query LIKE '%generate_series%' AND pid <> pg_backend_pid()\
            """;

    @TempDir static Path sharedFolder;

    // Every test that uses it leaves it running.
    private static @Nullable PostgresServer shared;

    @TempDir Path folder;

    @BeforeAll
    static void start_the_shared_one() {
        shared =
                PostgresServer.start(
                        new PostgresServer.Options(sharedFolder, binaries())
                                .withSettings(Map.of("work_mem", "5MB")));
    }

    @AfterAll
    static void stop_the_shared_one() {
        shared().close();
    }

    private static PostgresServer shared() {
        return requireNonNull(shared);
    }

    @Test
    void commits_survive_a_stop_and_a_kill_on_the_same_port() throws SQLException {
        var postgres = shared();
        var port = postgres.port();
        execute(postgres, "CREATE TABLE kept (id int PRIMARY KEY)");
        postgres.restart();
        execute(postgres, "INSERT INTO kept SELECT generate_series(1, 1000)");
        postgres.kill();
        assertThat(postgres.isAlive()).isFalse();
        postgres.restart();
        System.out.printf("Postgres after kill -9: %d ms%n", postgres.startTook().toMillis());
        assertThat(postgres.port()).isEqualTo(port);
        assertThat(ask(postgres, "SELECT count(*) FROM kept")).isEqualTo("1000");
    }

    @Test
    void starts_after_only_its_main_process_was_killed_while_a_child_works() throws Exception {
        var postgres = shared();
        var children = ProcessHandle.of(postgres.pid()).orElseThrow().descendants().toList();
        try (var connection = connect(postgres)) {
            var busy =
                    Thread.startVirtualThread(() ->
                            askQuietly(
                                    connection,
                                    "SELECT count(*) FROM generate_series(1, 20000000)"));
            assertThat(Wait.until(LIMIT, () -> "1".equals(askQuietly(postgres, BUSY)))).isTrue();
            ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
            assertThat(Wait.until(LIMIT, () -> !postgres.isAlive())).isTrue();
            postgres.restart();
            assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
            assertThat(children).noneMatch(ServerProcess::isRunning);
            busy.join();
        }
    }

    @Test
    void nothing_answers_while_it_is_paused() throws SQLException {
        var postgres = shared();
        try (var connection = connect(postgres)) {
            postgres.pause();
            connection.setNetworkTimeout(Runnable::run, 500);
            assertThatThrownBy(() -> ask(connection, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> ask(postgres, "SELECT 1")).isInstanceOf(SQLException.class);
        } finally {
            postgres.resume();
        }
        assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void commits_are_durable_and_settings_are_ours() throws SQLException {
        var postgres = shared();
        var expected = new HashMap<String, String>();
        expected.put("fsync", "on");
        expected.put("synchronous_commit", "on");
        expected.put("shared_buffers", "256MB");
        expected.put("max_connections", "200");
        expected.put("max_wal_size", "2GB");
        expected.put("random_page_cost", "1.1");
        expected.put("server_encoding", "UTF8");
        expected.put("log_timezone", "UTC");
        expected.put("listen_addresses", "127.0.0.1");
        expected.put("unix_socket_directories", "");
        expected.put("work_mem", "5MB");
        for (var setting : expected.entrySet()) {
            assertThat(ask(postgres, "SHOW " + setting.getKey()))
                    .as(setting.getKey())
                    .isEqualTo(setting.getValue());
        }
        assertThat(ask(postgres, "SELECT count(*) > 0 FROM pg_stat_statements")).isEqualTo("t");
        assertThat(ask(postgres, "SELECT datcollate || datlocale FROM pg_database LIMIT 1"))
                .isEqualTo("CC.UTF-8");
    }

    @Test
    void a_wrong_password_is_refused() {
        var postgres = shared();
        assertThatThrownBy(() ->
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void a_restart_says_when_another_process_took_the_port() throws Exception {
        var postgres = shared();
        postgres.stop();
        try (var taken = new ServerSocket(postgres.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(postgres::restart)
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort());
        }
        postgres.restart();
        assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void what_ended_a_start_is_said_in_its_own_words() {
        var options = options().withSettings(Map.of("shared_buffers", "much"));
        assertThatThrownBy(() -> PostgresServer.start(options))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("Postgres ended while it was starting")
                .hasMessageContaining("shared_buffers");
        try (var postgres = PostgresServer.start(options())) {
            assertThat(postgres.isAlive()).as("the folder is free again").isTrue();
        }
    }

    @Test
    void a_data_folder_that_was_half_made_is_made_again() throws IOException, SQLException {
        Files.createDirectories(folder.resolve("data.new/base"));
        try (var postgres = PostgresServer.start(options())) {
            assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void a_left_pid_file_whose_pid_another_process_has_is_no_hindrance() throws Exception {
        try (var postgres = PostgresServer.start(options())) {
            execute(postgres, "CREATE TABLE kept (id int)");
            postgres.kill();
        }
        var left = folder.resolve("data").resolve("postmaster.pid");
        var lines = Files.readAllLines(left);
        var other = Long.toString(ProcessHandle.current().pid());
        lines.set(0, other);
        Files.write(left, lines);
        Files.writeString(folder.resolve("pid"), other + " 1000000");
        try (var postgres = PostgresServer.start(options())) {
            assertThat(ask(postgres, "SELECT count(*) FROM kept")).isEqualTo("0");
        }
    }

    @Test
    void root_without_the_right_to_unshare_runs_it_as_nobody() throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can become another user");
        // Above it, all folders may be entered by all; a temporary one may not.
        var reachable =
                Folders.createOwned(Path.of(System.getProperty("java.io.tmpdir")), "as-nobody-");
        var options = new PostgresServer.Options(reachable, binaries());
        try {
            try (var postgres =
                    PostgresServer.start(
                            options, StateFolder.open(reachable), RunAs.user(65_534))) {
                assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
                assertThat(Files.getAttribute(Path.of("/proc/" + postgres.pid()), "unix:uid"))
                        .isEqualTo(65_534);
            }
            try (var again = PostgresServer.start(options)) {
                assertThat(Files.getAttribute(Path.of("/proc/" + again.pid()), "unix:uid"))
                        .as("data stays with the user it belongs to")
                        .isEqualTo(65_534);
                again.kill();
                again.restart();
            }
        } finally {
            Folders.deleteTree(reachable);
        }
    }

    @Test
    void a_folder_that_nobody_cannot_reach_is_named() {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can become another user");
        var options = new PostgresServer.Options(folder, binaries());
        try (var state = StateFolder.open(folder)) {
            assertThatThrownBy(() -> PostgresServer.start(options, state, RunAs.user(65_534)))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("cannot reach " + state.path());
        }
    }

    private PostgresServer.Options options() {
        return new PostgresServer.Options(folder, binaries());
    }

    private static ServerBinaries binaries() {
        return ServerBinaries.in(SharedServers.binaries());
    }

    private static Connection connect(PostgresServer postgres) throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl() + "?connectTimeout=1&socketTimeout=10&loginTimeout=2",
                postgres.user(),
                postgres.password());
    }

    private static void execute(PostgresServer postgres, String sql) throws SQLException {
        try (var connection = connect(postgres);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(PostgresServer postgres, String sql) throws SQLException {
        try (var connection = connect(postgres)) {
            return ask(connection, sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return String.valueOf(result.getString(1));
        }
    }

    private static @Nullable String askQuietly(PostgresServer postgres, String sql) {
        try (var connection = connect(postgres)) {
            return askQuietly(connection, sql);
        } catch (SQLException _) {
            return null;
        }
    }

    private static @Nullable String askQuietly(Connection connection, String sql) {
        try {
            return ask(connection, sql);
        } catch (SQLException _) {
            return null;
        }
    }
}
