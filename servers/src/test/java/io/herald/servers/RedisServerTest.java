package io.herald.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RedisServerTest {
    @TempDir Path folder;

    @Test
    void is_a_cache_that_forgets_when_it_ends() throws IOException {
        try (var redis = RedisServer.start(options())) {
            assertThat(ask(redis, "SET key value")).contains("+OK");
            assertThat(ask(redis, "GET key")).contains("value");
            assertThat(ask(redis, "CONFIG GET maxmemory")).contains("268435456");
            assertThat(ask(redis, "CONFIG GET maxmemory-policy")).contains("allkeys-lru");
            redis.kill();
            assertThat(redis.isAlive()).isFalse();
            redis.restart();
            assertThat(ask(redis, "GET key")).doesNotContain("value");
            redis.restart();
            assertThat(ask(redis, "PING")).contains("+PONG");
        }
    }

    @Test
    void nothing_answers_while_it_is_paused() throws IOException {
        try (var redis = RedisServer.start(options())) {
            redis.pause();
            assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(SocketTimeoutException.class);
            redis.resume();
            assertThat(ask(redis, "PING")).contains("+PONG");
        }
    }

    @Test
    void asks_for_a_password_if_it_shall() throws IOException {
        try (var redis = RedisServer.start(options().requiringPassword())) {
            var password = redis.password().orElseThrow();
            assertThat(ask(redis, "GET key")).contains("NOAUTH");
            assertThat(ask(redis, "AUTH " + password + "\r\nPING")).contains("+PONG");
            assertThat(redis.uri()).isEqualTo("redis://:%s@127.0.0.1:%d", password, redis.port());
        }
    }

    @Test
    void refuses_a_fixed_port_that_is_taken() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var options = options().withPort(taken.getLocalPort());
            assertThatThrownBy(() -> RedisServer.start(options))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("is taken");
        }
    }

    private RedisServer.Options options() {
        return new RedisServer.Options(folder, ServerBinaries.in(SharedServers.binaries()));
    }

    private static String ask(RedisServer redis, String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.setSoTimeout(1_000);
            var question = command + "\r\nQUIT\r\n";
            socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
