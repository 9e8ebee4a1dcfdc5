package io.herald.servers;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The three servers that Herald stands on. */
public record Servers(PostgresServer postgres, KafkaServer kafka, RedisServer redis)
        implements AutoCloseable {
    /**
     * Starts all three at once and returns when all are ready.
     *
     * @param stateFolder keeps their data; one user at a time
     * @param binaries where the servers are unpacked; may be shared
     * @throws ServerException if one does not start; the others are stopped then
     */
    public static Servers start(Path stateFolder, Path binaries) {
        var unpacked = ServerBinaries.in(binaries);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var postgres =
                threads.submit(() ->
                        PostgresServer.start(
                                new PostgresServer.Options(
                                        stateFolder.resolve("postgres"), unpacked)));
        var kafka =
                threads.submit(() ->
                        KafkaServer.start(
                                new KafkaServer.Options(stateFolder.resolve("kafka"), unpacked)));
        var redis =
                threads.submit(() ->
                        RedisServer.start(
                                new RedisServer.Options(stateFolder.resolve("redis"), unpacked)));
        try {
            return new Servers(result(postgres), result(kafka), result(redis));
        } catch (RuntimeException failure) {
            // Those still starting give up, and leave no process behind.
            threads.shutdownNow();
            threads.close();
            Stream.of(postgres, kafka, redis)
                    .filter(start -> start.state() == Future.State.SUCCESS)
                    .forEach(start -> start.resultNow().close());
            throw failure;
        } finally {
            threads.close();
        }
    }

    private static <T extends Server> T result(Future<T> start) {
        try {
            return start.get();
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof ServerException known
                    ? known
                    : new ServerException("A server could not be started.", failure);
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new ServerException("The start of the servers was interrupted.", failure);
        }
    }

    /** Who is told, in a sentence, when one of them ends and nobody asked it to. */
    public void onEndByItself(Consumer<String> listener) {
        Stream.of(postgres, kafka, redis).forEach(server -> server.onEndByItself(listener));
    }

    /** Stops all three at once, and returns when they have ended. */
    @Override
    public void close() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Stream.of(postgres, kafka, redis).forEach(server -> threads.execute(server::close));
        }
    }
}
