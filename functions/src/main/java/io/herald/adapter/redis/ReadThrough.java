package io.herald.adapter.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One family of keys in Redis, in front of a store: reads look here first, and what they find in
 * the store is kept here for the next, for a time that counts from before the store was asked. What
 * is not in the store is not remembered. What was deleted leaves a mark, which only keeps a reader
 * that was slow from putting it back; the store is asked all the same. So it is for a value that is
 * larger than {@link RedisCache#MAX_BYTES}.
 */
final class ReadThrough<K, V> {

    /** How values of a family are named, ordered and written. */
    interface Format<K, V> {
        /** Of the form {@code herald:family:tenant:...}, so no two tenants share a key. */
        String key(K key);

        long version(V value);

        JsonNode write(V value);

        /**
         * @throws RuntimeException when it is not what {@link #write} writes
         * @throws JsonProcessingException likewise
         */
        V read(JsonNode json) throws JsonProcessingException;
    }

    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    // Something newer may have written it.
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    // No JSON, so no value.
    private static final byte[] DELETED = "deleted".getBytes(US_ASCII);
    private static final byte[] TOO_LARGE = "too large".getBytes(US_ASCII);

    // While a caller waits.
    private static final int TRIES = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ReadThrough.class);

    private final RedisCache cache;
    private final Format<K, V> format;
    private final Duration timeToLive;

    ReadThrough(RedisCache cache, Format<K, V> format, Duration timeToLive) {
        this.cache = cache;
        this.format = format;
        this.timeToLive = timeToLive;
    }

    /** One look into Redis for all keys, and one into the store for those it lacks. */
    Map<K, V> find(Collection<K> keys, Function<Collection<K>, Map<K, V>> store) {
        var names = new LinkedHashMap<K, String>();
        keys.forEach(key -> names.put(key, format.key(key)));
        var values = cache.get(names.values());
        var found = new HashMap<K, V>();
        var missing = new ArrayList<K>();
        var unreadable = new ArrayList<String>();
        names.forEach((key, name) -> {
            var bytes = values.get(name);
            if (bytes == null || Arrays.equals(bytes, DELETED) || Arrays.equals(bytes, TOO_LARGE)) {
                missing.add(key);
                return;
            }
            try {
                found.put(key, format.read(JSON.readTree(bytes)));
            } catch (IOException | RuntimeException e) {
                missing.add(key);
                unreadable.add(name);
            }
        });
        if (!unreadable.isEmpty()) {
            LOG.warn("{} values in Redis could not be read and are replaced", unreadable.size());
            cache.forget(unreadable);
        }
        if (!missing.isEmpty()) {
            long asked = cache.nanoTime();
            var read = store.apply(missing);
            keep(read, timeToLive.minusNanos(cache.nanoTime() - asked));
            found.putAll(read);
        }
        return found;
    }

    /** Keeps what was written to the store. */
    void written(K key, V value) {
        cache.writeThrough(entry(key, value), timeToLive, TRIES);
    }

    /**
     * Marks what was deleted from the store.
     *
     * @param version that it had
     */
    void deleted(K key, long version) {
        deleted(key, version, timeToLive, TRIES);
    }

    /**
     * Marks what was deleted from the store.
     *
     * @param version that it had
     * @param grave for how long a reader may not put it back
     * @param tries how often to try to reach Redis
     */
    void deleted(K key, long version, Duration grave, int tries) {
        var mark = new RedisCache.Entry(format.key(key), version + 1, DELETED);
        cache.writeThrough(mark, grave, tries);
    }

    private void keep(Map<K, V> read, Duration life) {
        if (life.toMillis() < 1) {
            return;
        }
        List<RedisCache.Entry> entries = new ArrayList<>();
        read.forEach((key, value) -> entries.add(entry(key, value)));
        cache.keepNewer(entries, life);
    }

    private RedisCache.Entry entry(K key, V value) {
        try {
            var bytes = JSON.writeValueAsBytes(format.write(value));
            return new RedisCache.Entry(
                    format.key(key),
                    format.version(value),
                    bytes.length > RedisCache.MAX_BYTES ? TOO_LARGE : bytes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }
}
