package io.herald.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFolderTest {
    @TempDir Path folder;

    @Test
    void a_port_is_free_outside_of_the_ephemeral_range_and_stays() {
        int first;
        try (var state = StateFolder.open(folder)) {
            first = state.port("port", 0);
        }
        assertThat(first).isBetween(1_024, 32_767);
        try (var state = StateFolder.open(folder)) {
            assertThat(state.port("port", 0)).isEqualTo(first);
        }
    }

    @Test
    void a_port_that_was_taken_meanwhile_is_replaced() throws IOException {
        try (var state = StateFolder.open(folder)) {
            var first = state.port("port", 0);
            try (var taken = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
                assertThat(state.port("port", 0)).isNotEqualTo(taken.getLocalPort());
            }
        }
    }

    @Test
    void a_given_port_that_is_taken_is_refused() throws IOException {
        try (var state = StateFolder.open(folder);
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> state.port("port", taken.getLocalPort()))
                    .isInstanceOf(ServerException.class)
                    .hasMessage(
                            "Port %d on 127.0.0.1 is taken by another process.",
                            taken.getLocalPort());
        }
    }

    @Test
    void a_password_stays_and_only_its_owner_can_read_it() throws IOException {
        try (var state = StateFolder.open(folder)) {
            var password = state.secret("password");
            assertThat(password)
                    .hasSizeGreaterThanOrEqualTo(32)
                    .isEqualTo(state.secret("password"));
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(state.file("password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void only_one_holds_it_at_a_time() {
        try (var held = StateFolder.open(folder)) {
            assertThatThrownBy(() -> StateFolder.open(folder))
                    .isInstanceOf(ServerException.class)
                    .hasMessage("The folder %s is already in use.", held.path());
        }
        try (var free = StateFolder.open(folder)) {
            assertThat(free.path()).isDirectory();
        }
    }

    @Test
    void a_folder_that_cannot_be_written_is_named() throws IOException {
        var file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> StateFolder.open(file.resolve("state")))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(file.resolve("state") + " cannot be written");
    }
}
