package io.herald.adapter.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.adapter.redis.RedisConnection.Answer;
import io.herald.adapter.redis.RedisConnection.Question;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept in Redis, and may be lost at any time. No call fails: when Redis is out of reach
 * nothing is found and nothing is kept, and for the next second nobody waits to find out again.
 *
 * <p>Connects at the first use. Safe for use by several threads.
 */
public final class RedisCache implements AutoCloseable {

    /** Of a value, without its version: what is larger is not worth its way. */
    static final int MAX_BYTES = 128 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(RedisCache.class);

    // What a full batch of a lane brings; so many values of the largest size are answered in time.
    private static final int TOGETHER = 100;

    // A value begins with its version and a space. Only a newer one takes its place, so a reader
    // that was slow to keep what it had read cannot undo what a writer has kept since. What is not
    // of our making is replaced, whatever its type.
    private static final byte[] KEEP_NEWER =
            """
            local value = redis.pcall('GETRANGE', KEYS[1], 0, 20)
            local there = type(value) == 'string' and string.match(value, '^(%d+) ')
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
     * @param value {@link #MAX_BYTES} at most
     */
    record Entry(String key, long version, byte[] value) {
        Entry {
            if (value.length > MAX_BYTES) {
                throw new IllegalArgumentException("a value of " + value.length + " bytes");
            }
        }

        private byte[] bytes() {
            var head = (version + " ").getBytes(US_ASCII);
            var bytes = Arrays.copyOf(head, head.length + value.length);
            System.arraycopy(value, 0, bytes, head.length, value.length);
            return bytes;
        }
    }

    private final RedisConnection redis;

    /**
     * @param address as {@code redis://} or {@code rediss://} with user, password, host and port
     * @param nanoTime a monotonic clock
     */
    public RedisCache(URI address, LongSupplier nanoTime) {
        this(new RedisConnection(address, nanoTime));
    }

    RedisCache(RedisConnection redis) {
        this.redis = redis;
    }

    /** The monotonic clock. */
    long nanoTime() {
        return redis.nanoTime();
    }

    /**
     * The values that are there, in one round trip; when Redis is out of reach, those that came
     * before that was known.
     */
    Map<String, byte[]> get(Collection<String> keys) {
        var values = new HashMap<String, byte[]>();
        var questions =
                RedisCache.<String, List<KeyValue<String, byte[]>>>together(
                        keys, some -> commands -> commands.mget(some.toArray(String[]::new)));
        for (var answer : redis.ask(false, questions)) {
            if (answer instanceof Answer.Given(var found)) {
                found.forEach(value -> putIfOurs(value, values));
            }
        }
        return values;
    }

    /** Without its version; what has none is not of our making, and not there. */
    private static void putIfOurs(KeyValue<String, byte[]> value, Map<String, byte[]> values) {
        var bytes = value.getValueOrElse(new byte[0]);
        int start = 0;
        while (start < bytes.length && bytes[start] >= '0' && bytes[start] <= '9') {
            start++;
        }
        if (start > 0 && start < bytes.length && bytes[start] == ' ') {
            values.put(value.getKey(), Arrays.copyOfRange(bytes, start + 1, bytes.length));
        }
    }

    /** Keeps what a reader has read, unless the same or something newer is there. */
    void keepNewer(Collection<Entry> entries, Duration timeToLive) {
        redis.ask(
                false,
                RedisCache.<Entry, Boolean>together(
                        entries, some -> commands -> keepNewer(commands, some, timeToLive)));
    }

    /**
     * Keeps what a writer has written, unless something newer is there. Tries harder than a reader
     * does: what is not kept here leaves an older value in place until its time is over.
     *
     * @param tries how often to try; each may wait to no avail
     */
    void writeThrough(Entry entry, Duration timeToLive, int tries) {
        for (int i = 0; i < tries; i++) {
            switch (insist(commands -> keepNewer(commands, List.of(entry), timeToLive))) {
                case Answer.Given<Boolean> _ -> {
                    return;
                }
                case Answer.Refused<Boolean> _ -> {
                    // Such as by a Redis that is full. The older value can still be taken away.
                    if (insist(commands -> commands.del(entry.key())) instanceof Answer.Given) {
                        return;
                    }
                }
                case Answer.Missing<Boolean> _ -> {}
            }
        }
        LOG.warn("Redis was out of reach for a write; what it holds may be older for a while");
    }

    private <T> Answer<T> insist(Question<T> question) {
        return redis.ask(true, List.of(question)).getFirst();
    }

    /** Forgets keys, whose values could not be read. */
    void forget(Collection<String> keys) {
        if (!keys.isEmpty()) {
            redis.ask(commands -> commands.del(keys.toArray(String[]::new)));
        }
    }

    /** A question for each helping, so that the answer to many is not mistaken for an outage. */
    private static <K, T> List<Question<T>> together(
            Collection<K> all, Function<List<K>, Question<T>> question) {
        var list = List.copyOf(all);
        var questions = new ArrayList<Question<T>>();
        for (int from = 0; from < list.size(); from += TOGETHER) {
            var some = list.subList(from, Math.min(from + TOGETHER, list.size()));
            questions.add(question.apply(some));
        }
        return questions;
    }

    private static CompletionStage<Boolean> keepNewer(
            RedisAsyncCommands<String, byte[]> commands, List<Entry> entries, Duration timeToLive) {
        var life = String.valueOf(timeToLive.toMillis()).getBytes(US_ASCII);
        // All in one round trip, but a call for each: a script's keys must lie on one node.
        var calls = new ArrayList<CompletableFuture<Long>>();
        for (var entry : entries) {
            calls.add(
                    RedisConnection.evaluate(
                            commands,
                            KEEP_NEWER,
                            ScriptOutputType.INTEGER,
                            entry.key(),
                            String.valueOf(entry.version()).getBytes(US_ASCII),
                            entry.bytes(),
                            life));
        }
        return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
                .thenApply(_ -> true);
    }

    @Override
    public void close() {
        redis.close();
    }
}
