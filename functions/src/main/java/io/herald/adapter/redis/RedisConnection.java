package io.herald.adapter.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
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
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis, for one purpose: who has one of their own does not suffer when another
 * purpose's commands are slow. No call fails: when Redis is out of reach there is no answer, and
 * for the next second nobody waits to find out again.
 *
 * <p>Connects at the first use. Safe for use by several threads.
 */
final class RedisConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);

    /**
     * How long a caller waits.
     *
     * @param command for each answer, from the one before it on
     * @param connect longer, for encryption and authentication take several round trips
     */
    record Patience(Duration command, Duration connect) {}

    private static final Patience PATIENCE =
            new Patience(Duration.ofMillis(150), Duration.ofMillis(500));
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_REPORTS = Duration.ofMinutes(1);

    private static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    // What a server answers that has no use for any command now, or none on this connection: it
    // starts, is held up by a script, has lost its primary, its cluster or its role, or no longer
    // knows who this is. Anything else is wrong with one command only, also when Redis is full
    // (OOM), cannot save (MISCONF) or the key lies elsewhere (MOVED): others may still be served.
    private static final Set<String> OUTAGES =
            Set.of("LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "READONLY", "NOAUTH");

    /** One command, or several that have one answer. */
    @FunctionalInterface
    interface Question<T> {
        CompletionStage<T> ask(RedisAsyncCommands<String, byte[]> commands);
    }

    /** What came of a question. */
    sealed interface Answer<T> {
        record Given<T>(T value) implements Answer<T> {}

        /** Redis is there and said no to this one. */
        record Refused<T>() implements Answer<T> {}

        /** Redis was out of reach, and what was asked may have been done. */
        record Missing<T>() implements Answer<T> {}
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
    private boolean reportedRefusal;
    private long nextReport;

    /**
     * @param address as {@code redis://} or {@code rediss://} with user, password, host and port
     * @param nanoTime a monotonic clock
     */
    RedisConnection(URI address, LongSupplier nanoTime) {
        this(address, nanoTime, PATIENCE);
    }

    RedisConnection(URI address, LongSupplier nanoTime, Patience patience) {
        this.address = address;
        this.nanoTime = nanoTime;
        this.patience = patience;
    }

    /** The monotonic clock. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** As {@link #ask(boolean, List)} does, without insisting. */
    <T> Answer<T> ask(Question<T> question) {
        return ask(false, List.of(question)).getFirst();
    }

    /**
     * Asks all at once, in one round trip.
     *
     * @param insist whether to try although Redis was out of reach a moment ago
     * @return an answer for each question, in their order; none after the first that is missing
     */
    <T> List<Answer<T>> ask(boolean insist, List<Question<T>> questions) {
        var answers = new ArrayList<Answer<T>>();
        var open = connection(insist);
        if (open != null) {
            try {
                var asked = new ArrayList<CompletableFuture<T>>();
                for (var question : questions) {
                    asked.add(question.ask(open.async()).toCompletableFuture());
                }
                for (var future : asked) {
                    answers.add(answer(future));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException | RedisException e) {
                // A connection that is slow now would hold up the next question with this answer.
                leave(open, e);
            }
        }
        while (answers.size() < questions.size()) {
            answers.add(new Answer.Missing<>());
        }
        return answers;
    }

    private <T> Answer<T> answer(CompletableFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return new Answer.Given<>(
                    future.get(patience.command().toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisCommandExecutionException refusal) {
                var code = codeOf(refusal);
                if (!OUTAGES.contains(code)) {
                    reportRefusal(code);
                    return new Answer.Refused<>();
                }
            }
            throw e;
        }
    }

    /** An error begins with its kind, as in {@code WRONGTYPE Operation against a key ...}. */
    private static String codeOf(RedisCommandExecutionException refusal) {
        var message = refusal.getMessage();
        return message == null ? "" : message.split(" ", 2)[0];
    }

    /** Runs a script on one key, which Redis may have to be told first. */
    static <T> CompletableFuture<T> evaluate(
            RedisAsyncCommands<String, byte[]> commands,
            byte[] script,
            ScriptOutputType output,
            String key,
            byte[]... arguments) {
        var keys = new String[] {key};
        return commands.<T>evalsha(commands.digest(script), output, keys, arguments)
                .toCompletableFuture()
                .exceptionallyCompose(failure ->
                        isUnknownScript(failure)
                                ? commands.<T>eval(script, output, keys, arguments)
                                        .toCompletableFuture()
                                : CompletableFuture.failedFuture(failure));
    }

    /** Redis forgets scripts when it starts. */
    private static boolean isUnknownScript(Throwable failure) {
        return failure instanceof RedisNoScriptException
                || failure.getCause() instanceof RedisNoScriptException;
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

    private void leave(StatefulRedisConnection<String, byte[]> left, Exception failure) {
        synchronized (this) {
            if (left.equals(connection)) {
                connection = null;
                pause();
            }
        }
        var cause = failure.getCause() == null ? failure : failure.getCause();
        reportAway(
                cause instanceof RedisCommandExecutionException refusal
                        ? codeOf(refusal)
                        : cause.getClass().getSimpleName());
        var _ = left.closeAsync();
    }

    private synchronized void pause() {
        pausing = true;
        pauseEnd = nanoTime.getAsLong() + PAUSE.toNanos();
    }

    private synchronized void reportAway(String cause) {
        if (!reportedAway) {
            reportedAway = true;
            LOG.warn("Redis is out of reach ({}) and done without", cause);
        }
    }

    private synchronized void reportRefusal(String code) {
        long now = nanoTime.getAsLong();
        if (!reportedRefusal || now - nextReport >= 0) {
            reportedRefusal = true;
            nextReport = now + BETWEEN_REPORTS.toNanos();
            LOG.warn("Redis refuses commands ({}), which are done without", code);
        }
    }

    private synchronized RedisClient client() {
        if (client == null) {
            // For one connection; Lettuce's own defaults are for many.
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
