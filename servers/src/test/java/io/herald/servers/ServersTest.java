package io.herald.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServersTest {
    @TempDir Path folder;

    @Test
    void start_side_by_side_and_keep_their_ports_and_passwords() {
        int firstPort;
        String firstPassword;
        try (var servers = started("the first time")) {
            firstPort = servers.kafka().port();
            firstPassword = servers.postgres().password();
            assertThat(all(servers)).allMatch(Server::isAlive);
        }
        try (var servers = started("again")) {
            assertThat(servers.kafka().port()).isEqualTo(firstPort);
            assertThat(servers.postgres().password()).isEqualTo(firstPassword);
            assertThat(servers.postgres().startTook()).isLessThan(Duration.ofSeconds(60));
        }
    }

    @Test
    void none_is_left_running_after_close() {
        var servers = started("the first time");
        servers.close();
        assertThat(all(servers)).noneMatch(Server::isAlive);
    }

    @Test
    void none_is_left_running_when_one_does_not_start() {
        try (var other = StateFolder.open(folder.resolve("redis"))) {
            assertThat(other.path()).exists();
            assertThatThrownBy(() -> Servers.start(folder, SharedServers.binaries()))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("already in use");
        }
        assertThat(ServerProcess.remembered(folder.resolve("postgres").resolve("pid"))).isEmpty();
        assertThat(ServerProcess.remembered(folder.resolve("kafka").resolve("pid"))).isEmpty();
    }

    private Servers started(String when) {
        var begin = System.nanoTime();
        var servers = Servers.start(folder, SharedServers.binaries());
        System.out.printf(
                "All three started %s in %d ms:", when, (System.nanoTime() - begin) / 1_000_000);
        all(servers)
                .forEach(server ->
                        System.out.printf(
                                " %s %d ms", server.name(), server.startTook().toMillis()));
        System.out.println();
        return servers;
    }

    private static Stream<Server> all(Servers servers) {
        return Stream.of(servers.postgres(), servers.kafka(), servers.redis());
    }
}
