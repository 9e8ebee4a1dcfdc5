package io.herald.adapter.kafka;

import io.herald.events.DispatchRecord;
import io.herald.events.DispatchRecords;
import io.herald.outbox.Publisher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes with one idempotent producer, made at the first use. When Kafka did not answer within a
 * budget, the next calls leave their records to the outbox at once for a while, so that an outage
 * costs callers nothing.
 *
 * <p>Key: the tenant's id, a colon, and the user's id, in UTF-8.
 */
public final class KafkaPublisher implements Publisher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);
    private static final Duration BREAK = Duration.ofSeconds(1);
    private static final Result PUBLISHED = new Result.Published();

    private final Properties settings;
    private final LongSupplier nanoTime;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean broken;
    private long brokenUntil;

    /**
     * @param maxBlock how long a send may wait for Kafka's metadata; below every budget
     * @param delivery how long a record is tried before it is given up
     * @param nanoTime a monotonic clock
     */
    public KafkaPublisher(
            String bootstrapServers, Duration maxBlock, Duration delivery, LongSupplier nanoTime) {
        this.settings = settings(bootstrapServers, maxBlock, delivery);
        this.nanoTime = nanoTime;
    }

    /** The producer's settings, each of them on purpose. */
    static Properties settings(String bootstrapServers, Duration maxBlock, Duration delivery) {
        var settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "herald");
        // Kafka refuses idempotence with anything but acks=all.
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        // Lets a submission's records gather; what is asked for is flushed, so nobody waits for it.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1024 * 1024);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) maxBlock.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) delivery.toMillis());
        settings.put(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) Math.min(delivery.toMillis() - 1_000, 30_000));
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        settings.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2_000);
        return settings;
    }

    @Override
    public List<Result> publish(List<DispatchRecord> records, Duration budget) {
        long end = nanoTime.getAsLong() + budget.toNanos();
        var results = new ArrayList<Result>(records.size());
        if (records.isEmpty() || isBroken()) {
            records.forEach(_ -> results.add(unavailable("Kafka was out of reach a moment ago")));
            return results;
        }
        var sent = send(records, end);
        var flush = flush();
        for (var future : sent) {
            results.add(await(future, end));
        }
        flush.interrupt();
        boolean outage = results.stream().anyMatch(result -> result instanceof Result.Unavailable);
        note(outage);
        return results;
    }

    private List<Future<RecordMetadata>> send(List<DispatchRecord> records, long end) {
        var sent = new ArrayList<Future<RecordMetadata>>(records.size());
        @Nullable RuntimeException outage = null;
        var open = producer();
        for (var record : records) {
            // Each send may block for metadata: after one has failed so, or the time is up, none is
            // tried.
            if (outage == null && nanoTime.getAsLong() - end < 0) {
                try {
                    var future = open.send(encode(record));
                    sent.add(future);
                    outage = outageOf(future);
                    continue;
                } catch (KafkaException e) {
                    outage = e;
                }
            }
            sent.add(
                    java.util.concurrent.CompletableFuture.failedFuture(
                            outage == null
                                    ? new org.apache.kafka.common.errors.TimeoutException(
                                            "the budget was used up")
                                    : outage));
        }
        return sent;
    }

    /**
     * Flushing has no limit of its own, so it is done beside, and interrupted when the time is up.
     */
    private Thread flush() {
        var open = producer();
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        open.flush();
                    } catch (KafkaException | IllegalStateException _) {
                        // Each record's own future says what became of it.
                    }
                });
    }

    /** A send that could not get metadata in time does not throw but returns a failed future. */
    private static @Nullable RuntimeException outageOf(Future<RecordMetadata> future) {
        return future.state() == Future.State.FAILED
                        && future.exceptionNow() instanceof RuntimeException e
                        && !isRefusal(e)
                ? e
                : null;
    }

    private static ProducerRecord<byte[], byte[]> encode(DispatchRecord record) {
        return new ProducerRecord<>(
                "herald." + record.lane(),
                (record.tenant() + ":" + record.userId()).getBytes(StandardCharsets.UTF_8),
                DispatchRecords.encode(record));
    }

    private Result await(Future<RecordMetadata> future, long end) {
        try {
            future.get(Math.max(0, end - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
            return PUBLISHED;
        } catch (TimeoutException _) {
            return unavailable("Kafka did not acknowledge it in time");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return unavailable("interrupted while waiting for Kafka");
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (isRefusal(cause)) {
                return new Result.Refused(String.valueOf(cause == null ? e : cause.getMessage()));
            }
            if (isFatal(cause)) {
                abandon();
            }
            return unavailable(cause == null ? "unknown" : cause.getClass().getSimpleName());
        }
    }

    private static boolean isRefusal(@Nullable Throwable cause) {
        return cause instanceof RecordTooLargeException
                || cause instanceof RecordBatchTooLargeException
                || cause instanceof SerializationException
                || cause instanceof InvalidTopicException;
    }

    /** After these the producer takes no more records. */
    private static boolean isFatal(@Nullable Throwable cause) {
        return cause instanceof ProducerFencedException
                || cause instanceof OutOfOrderSequenceException
                || cause instanceof UnknownProducerIdException
                || cause instanceof IllegalStateException;
    }

    private static Result unavailable(String cause) {
        return new Result.Unavailable(cause);
    }

    private synchronized boolean isBroken() {
        return broken && nanoTime.getAsLong() - brokenUntil < 0;
    }

    private synchronized void note(boolean outage) {
        if (outage && !broken) {
            LOG.warn("Kafka is out of reach; records stay in the outbox");
        } else if (!outage && broken) {
            LOG.info("Kafka is back");
        }
        broken = outage;
        brokenUntil = nanoTime.getAsLong() + BREAK.toNanos();
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer =
                    new KafkaProducer<>(
                            settings, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    private synchronized void abandon() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
            producer = null;
        }
    }
}
