package io.herald.adapter.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept in Redis, and may be lost at any time. No call fails: when Redis is out of reach
 * nothing is found and nothing is kept, and for the next second nobody waits to find out again.
 *
 * <p>Connects at the first use. Safe for use by several threads.
 */
public final class RedisCache implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCache.class);

    /**
     * How long a caller waits.
     *
     * @param connect longer, for encryption and authentication take several round trips
     */
    record Patience(Duration command, Duration connect) {}

    private static final Patience PATIENCE =
            new Patience(Duration.ofMillis(150), Duration.ofMillis(500));
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    // A value begins with its version and a space. Only a newer one takes its place, so a reader
    // that was slow to keep what it had read cannot undo what a writer has kept since.
    private static final byte[] KEEP_NEWER =
            """
            local there = string.match(redis.call('GETRANGE', KEYS[1], 0, 20), '^(%d+) ')
            if there and tonumber(there) >= tonumber(ARGV[1]) then
              return 0
            end
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
            return 1
            """
                    .getBytes(UTF_8);

    /**
     * A value and which version of it this is.
     *
     * @param version 1 or more
     */
    record Entry(String key, long version, byte[] value) {

        private byte[] bytes() {
            var head = (version + " ").getBytes(US_ASCII);
            var bytes = Arrays.copyOf(head, head.length + value.length);
            System.arraycopy(value, 0, bytes, head.length, value.length);
            return bytes;
        }
    }

    private final URI address;
    private final LongSupplier nanoTime;
    private final Patience patience;
    private @Nullable ClientResources resources;
    private @Nullable RedisClient client;
    private @Nullable StatefulRedisConnection<String, byte[]> connection;
    private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> connecting;
    private boolean pausing;
    private long pauseEnd;
    private boolean reportedAway;

    /**
     * @param address as {@code redis://} or {@code rediss://} with user, password, host and port
     * @param nanoTime a monotonic clock
     */
    public RedisCache(URI address, LongSupplier nanoTime) {
        this(address, nanoTime, PATIENCE);
    }

    RedisCache(URI address, LongSupplier nanoTime, Patience patience) {
        this.address = address;
        this.nanoTime = nanoTime;
        this.patience = patience;
    }

    /** The monotonic clock. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** The values that are there, in one round trip; none when Redis is out of reach. */
    Map<String, byte[]> get(Collection<String> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return ask(false, commands -> commands.mget(keys.toArray(String[]::new)))
                .map(RedisCache::valuesOf)
                .orElseGet(Map::of);
    }

    /** Without their versions; what has none is not of our making, and not there. */
    private static Map<String, byte[]> valuesOf(List<KeyValue<String, byte[]>> answer) {
        var values = new HashMap<String, byte[]>();
        for (var value : answer) {
            var bytes = value.getValueOrElse(new byte[0]);
            int start = 0;
            while (start < bytes.length && bytes[start] >= '0' && bytes[start] <= '9') {
                start++;
            }
            if (start > 0 && start < bytes.length && bytes[start] == ' ') {
                values.put(value.getKey(), Arrays.copyOfRange(bytes, start + 1, bytes.length));
            }
        }
        return values;
    }

    /** Keeps what a reader has read, unless the same or something newer is there. */
    void keepNewer(Collection<Entry> entries, Duration timeToLive) {
        if (!entries.isEmpty()) {
            ask(false, commands -> keepNewer(commands, entries, timeToLive));
        }
    }

    /**
     * Keeps what a writer has written, unless something newer is there. Tries harder than a reader
     * does: what is not kept here leaves an older value in place until its time is over.
     *
     * @param tries how often to try; each may wait to no avail
     */
    void writeThrough(Entry entry, Duration timeToLive, int tries) {
        for (int i = 0; i < tries; i++) {
            if (ask(true, commands -> keepNewer(commands, List.of(entry), timeToLive))
                    .isPresent()) {
                return;
            }
        }
        LOG.warn("Redis was out of reach for a write; what it holds may be older for a while");
    }

    /** Forgets keys, whose values could not be read. */
    void forget(Collection<String> keys) {
        if (!keys.isEmpty()) {
            ask(false, commands -> commands.del(keys.toArray(String[]::new)));
        }
    }

    /**
     * Runs a script on one key.
     *
     * @return the numbers it returns; empty when Redis is out of reach, and then it may have run
     */
    Optional<List<Long>> evaluate(byte[] script, String key, long... arguments) {
        var keys = new String[] {key};
        var values =
                Arrays.stream(arguments)
                        .mapToObj(argument -> String.valueOf(argument).getBytes(US_ASCII))
                        .toArray(byte[][]::new);
        return ask(
                false,
                commands ->
                        evaluate(
                                commands,
                                script,
                                commands.digest(script),
                                ScriptOutputType.MULTI,
                                keys,
                                values));
    }

    private static <T> CompletableFuture<T> evaluate(
            RedisAsyncCommands<String, byte[]> commands,
            byte[] script,
            String digest,
            ScriptOutputType output,
            String[] keys,
            byte[][] values) {
        return commands.<T>evalsha(digest, output, keys, values)
                .toCompletableFuture()
                .exceptionallyCompose(failure ->
                        isUnknownScript(failure)
                                ? commands.<T>eval(script, output, keys, values)
                                        .toCompletableFuture()
                                : CompletableFuture.failedFuture(failure));
    }

    private static CompletionStage<Boolean> keepNewer(
            RedisAsyncCommands<String, byte[]> commands,
            Collection<Entry> entries,
            Duration timeToLive) {
        var digest = commands.digest(KEEP_NEWER);
        var life = String.valueOf(timeToLive.toMillis()).getBytes(US_ASCII);
        // All in one round trip, but a call for each: a script's keys must lie on one node.
        var calls = new ArrayList<CompletableFuture<?>>();
        for (var entry : entries) {
            var keys = new String[] {entry.key()};
            var values =
                    new byte[][] {
                        String.valueOf(entry.version()).getBytes(US_ASCII), entry.bytes(), life
                    };
            calls.add(
                    RedisCache.<Long>evaluate(
                            commands, KEEP_NEWER, digest, ScriptOutputType.INTEGER, keys, values));
        }
        return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
                .thenApply(_ -> true);
    }

    /** Redis forgets scripts when it starts. */
    private static boolean isUnknownScript(Throwable failure) {
        return failure instanceof RedisNoScriptException
                || failure.getCause() instanceof RedisNoScriptException;
    }

    /**
     * @param insist whether to try although Redis was out of reach a moment ago
     * @return the answer; empty when there was none
     */
    private <T> Optional<T> ask(
            boolean insist,
            Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> question) {
        var open = connection(insist);
        if (open == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    question.apply(open.async())
                            .toCompletableFuture()
                            .get(patience.command().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException | RedisException e) {
            // A connection that is slow now would hold up the next question with this answer.
            leave(open, e);
            return Optional.empty();
        }
    }

    /** An open connection; null when there is none and this caller is not to wait for one. */
    private @Nullable StatefulRedisConnection<String, byte[]> connection(boolean insist) {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> attempt;
        synchronized (this) {
            if (connection != null && connection.isOpen()) {
                return connection;
            }
            if (!insist && pausing && nanoTime.getAsLong() - pauseEnd < 0) {
                return null;
            }
            // Whoever comes while this one waits does not.
            pause();
            if (connecting == null || connecting.isDone()) {
                connecting = connect();
            }
            attempt = connecting;
        }
        try {
            // One that comes later is there for the next caller.
            return attempt.get(patience.connect().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException e) {
            reportAway("no connection");
            return null;
        }
    }

    private CompletableFuture<StatefulRedisConnection<String, byte[]>> connect() {
        var uri = RedisURI.create(address);
        uri.setTimeout(patience.connect());
        return client().connectAsync(CODEC, uri)
                .toCompletableFuture()
                .whenComplete((made, _) -> {
                    if (made != null) {
                        connected(made);
                    }
                });
    }

    private synchronized void connected(StatefulRedisConnection<String, byte[]> made) {
        connection = made;
        pausing = false;
        if (reportedAway) {
            reportedAway = false;
            LOG.info("Redis is back");
        }
    }

    private void leave(StatefulRedisConnection<String, byte[]> left, Exception cause) {
        synchronized (this) {
            if (left.equals(connection)) {
                connection = null;
                pause();
            }
        }
        reportAway(cause.getClass().getSimpleName());
        var _ = left.closeAsync();
    }

    private synchronized void pause() {
        pausing = true;
        pauseEnd = nanoTime.getAsLong() + PAUSE.toNanos();
    }

    private synchronized void reportAway(String cause) {
        if (!reportedAway) {
            reportedAway = true;
            LOG.warn("Redis is out of reach ({}); reads go to the store", cause);
        }
    }

    private synchronized RedisClient client() {
        if (client == null) {
            // Two connections at most; Lettuce's own defaults are for a server with many.
            resources =
                    DefaultClientResources.builder()
                            .ioThreadPoolSize(2)
                            .computationThreadPoolSize(2)
                            .build();
            client = RedisClient.create(resources);
            client.setOptions(
                    ClientOptions.builder()
                            // Connections are made here, when one is needed and not too often: by
                            // itself the client would try on, also while the function is frozen.
                            .autoReconnect(false)
                            .disconnectedBehavior(
                                    ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                            .socketOptions(
                                    SocketOptions.builder()
                                            .connectTimeout(patience.connect())
                                            .build())
                            .build());
        }
        return client;
    }

    @Override
    public void close() {
        RedisClient open;
        ClientResources used;
        synchronized (this) {
            open = client;
            used = resources;
            client = null;
            resources = null;
            connection = null;
        }
        if (open != null && used != null) {
            open.shutdown(Duration.ZERO, Duration.ofSeconds(1));
            used.shutdown(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
