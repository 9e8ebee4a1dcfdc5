package io.herald.adapter.kafka;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.herald.concurrent.Deadline;
import io.herald.events.DispatchRecord;
import io.herald.events.DispatchRecords;
import io.herald.notification.Lane;
import io.herald.outbox.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * Publishes with one idempotent producer, made at the first use. When Kafka acknowledged nothing
 * within a budget, the next calls leave their records to the outbox at once for a second, so that
 * an outage costs callers nothing; then one call asks Kafka again.
 */
public final class KafkaPublisher implements Publisher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);
    private static final Duration BREAK = Duration.ofSeconds(1);
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);
    private static final Result PUBLISHED = new Result.Published();

    private static final Map<String, Lane> LANES =
            Arrays.stream(Lane.values()).collect(toUnmodifiableMap(Lane::text, lane -> lane));

    private final Properties settings;
    private final Duration maxBlock;
    private final LongSupplier nanoTime;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean broken;
    private long brokenUntil;

    /** What became of a record when it was given to the producer. */
    private sealed interface Sending {
        record Sent(Future<RecordMetadata> acknowledgement) implements Sending {}

        record NotSent(Result result) implements Sending {}
    }

    /**
     * @param maxBlock how long a call may wait for Kafka's metadata; below every budget
     * @param delivery how long a record is tried before it is given up; more than a second
     * @param nanoTime a monotonic clock
     */
    public KafkaPublisher(
            String bootstrapServers, Duration maxBlock, Duration delivery, LongSupplier nanoTime) {
        this.settings = settings(bootstrapServers, maxBlock, delivery);
        this.maxBlock = maxBlock;
        this.nanoTime = nanoTime;
    }

    /** The producer's settings, each of them on purpose. */
    static Properties settings(String bootstrapServers, Duration maxBlock, Duration delivery) {
        var request = shorter(LONGEST_REQUEST, delivery.minusSeconds(1));
        var settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "herald");
        // Kafka refuses idempotence with anything but acks=all.
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        // Measured: lz4 carries more records a second than none, and far more than zstd or gzip.
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        // Lets a submission's records gather; what is asked for is flushed, so nobody waits for it.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, KafkaTopics.MAX_RECORD_BYTES);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) maxBlock.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) delivery.toMillis());
        // A connection may have died unseen while the function was frozen; what is sent on it is
        // sent again on another after this.
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) request.toMillis());
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        settings.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2_000);
        return settings;
    }

    @Override
    public List<Result> publish(List<DispatchRecord> records, Duration budget) {
        var results = new ArrayList<Result>(records.size());
        if (records.isEmpty()) {
            return results;
        }
        if (!mayAsk(budget)) {
            records.forEach(_ -> results.add(unavailable("Kafka was out of reach a moment ago")));
            return results;
        }
        var deadline = Deadline.in(budget, nanoTime);
        var open = producer();
        var sendings = send(open, records, deadline);
        var flush = flush(open);
        for (var sending : sendings) {
            results.add(
                    switch (sending) {
                        case Sending.NotSent(var result) -> result;
                        case Sending.Sent(var future) -> await(open, future, deadline);
                    });
        }
        flush.interrupt();
        note(results);
        return results;
    }

    private List<Sending> send(
            Producer<byte[], byte[]> open, List<DispatchRecord> records, Deadline deadline) {
        var sendings = new ArrayList<Sending>(records.size());
        var known = new HashSet<Lane>();
        @Nullable Result outage = null;
        for (var record : records) {
            var lane = LANES.get(record.lane());
            if (lane == null) {
                sendings.add(notSent(new Result.Refused("there is no such lane")));
                continue;
            }
            // The first of a lane may block for metadata: when that has failed once, or there is
            // hardly any time left for it, no other is tried. One that has begun may end after the
            // budget, by at most the time it may block: a cold producer's first call with three
            // lanes would else leave two of them to the relay.
            boolean mayBlock = !known.isEmpty() && !known.contains(lane);
            if (outage == null
                    && (deadline.hasPassed()
                            || (mayBlock
                                    && deadline.remaining().compareTo(maxBlock.dividedBy(4))
                                            < 0))) {
                outage = unavailable("there was no time left to send it");
            }
            if (outage != null) {
                sendings.add(notSent(outage));
                continue;
            }
            known.add(lane);
            var sending = send(open, lane, record);
            sendings.add(sending);
            if (sending instanceof Sending.NotSent(Result.Unavailable unavailable)) {
                outage = unavailable;
            }
        }
        return sendings;
    }

    private Sending send(Producer<byte[], byte[]> open, Lane lane, DispatchRecord record) {
        byte[] value;
        try {
            value = DispatchRecords.encode(record);
        } catch (IllegalArgumentException e) {
            return notSent(new Result.Refused("the record cannot be encoded"));
        }
        try {
            var future =
                    open.send(
                            new ProducerRecord<>(lane.topic(), DispatchRecords.key(record), value));
            // Without metadata the producer does not throw but gives a failed future.
            return future.state() == Future.State.FAILED
                    ? notSent(failure(open, future.exceptionNow()))
                    : new Sending.Sent(future);
        } catch (KafkaException | IllegalStateException e) {
            // What is wrong with one record comes in its future; this is wrong with the producer.
            abandon(open);
            return notSent(unavailable(e.getClass().getSimpleName()));
        }
    }

    /**
     * Flushing has no limit of its own, so it is done beside, and interrupted when the time is up.
     */
    private static Thread flush(Producer<byte[], byte[]> open) {
        return Thread.ofVirtual()
                .name("kafka-flush")
                .start(() -> {
                    try {
                        open.flush();
                    } catch (KafkaException | IllegalStateException _) {
                        // Each record's own future says what became of it.
                    }
                });
    }

    private Result await(
            Producer<byte[], byte[]> open, Future<RecordMetadata> future, Deadline deadline) {
        try {
            future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            return PUBLISHED;
        } catch (TimeoutException _) {
            return unavailable("Kafka did not acknowledge it in time");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return unavailable("interrupted while waiting for Kafka");
        } catch (ExecutionException e) {
            return failure(open, e.getCause());
        }
    }

    private Result failure(Producer<byte[], byte[]> open, @Nullable Throwable cause) {
        if (isRefusal(cause)) {
            return new Result.Refused("Kafka does not take it: " + nameOf(cause));
        }
        if (isFatal(cause)) {
            abandon(open);
        }
        return unavailable(nameOf(cause));
    }

    private static String nameOf(@Nullable Throwable cause) {
        return cause == null ? "unknown" : cause.getClass().getSimpleName();
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

    private static Sending notSent(Result result) {
        return new Sending.NotSent(result);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** While Kafka is out of reach one call asks it, and for its budget nobody else does. */
    private synchronized boolean mayAsk(Duration budget) {
        if (!isAvailable()) {
            return false;
        }
        if (broken) {
            brokenUntil = nanoTime.getAsLong() + budget.toNanos();
        }
        return true;
    }

    @Override
    public synchronized boolean isAvailable() {
        return !broken || nanoTime.getAsLong() - brokenUntil >= 0;
    }

    /** One record that got through shows that Kafka is there. */
    private synchronized void note(List<Result> results) {
        if (results.stream().anyMatch(result -> result instanceof Result.Published)) {
            if (broken) {
                LOG.info("Kafka is back");
            }
            broken = false;
        } else if (results.stream().anyMatch(result -> result instanceof Result.Unavailable)) {
            if (!broken) {
                LOG.warn("Kafka is out of reach; records stay in the outbox");
            }
            broken = true;
            brokenUntil = nanoTime.getAsLong() + BREAK.toNanos();
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer =
                    new KafkaProducer<>(
                            settings, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    /** The next call makes another. */
    private void abandon(Producer<byte[], byte[]> failed) {
        synchronized (this) {
            if (!failed.equals(producer)) {
                return;
            }
            producer = null;
        }
        failed.close(Duration.ZERO);
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
            producer = null;
        }
    }
}
