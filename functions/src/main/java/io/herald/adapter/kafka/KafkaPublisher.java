package io.herald.adapter.kafka;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.herald.concurrent.Deadline;
import io.herald.events.DispatchRecord;
import io.herald.events.DispatchRecords;
import io.herald.notification.Lane;
import io.herald.outbox.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes with one idempotent producer, made at the first use. When Kafka acknowledged nothing of
 * a lane within a budget, the next calls leave its records to the outbox at once for a second, so
 * that an outage costs callers nothing; then one call asks Kafka again, with one record. Each lane
 * is by itself: one that Kafka cannot take is no matter to the others.
 */
public final class KafkaPublisher implements Publisher, AutoCloseable {

    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);
    private static final Result PUBLISHED = new Result.Published();
    private static final Result NO_LANE = new Result.Refused("there is no such lane");

    private static final Map<String, Lane> LANES =
            Arrays.stream(Lane.values()).collect(toUnmodifiableMap(Lane::text, lane -> lane));

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final LongSupplier nanoTime;
    private final Map<Lane, Breaker> breakers = new EnumMap<>(Lane.class);
    private @Nullable Producer<byte[], byte[]> producer;

    /** The records of one lane, which are to be tried. */
    private record Try(
            Lane lane, List<DispatchRecord> records, Breaker breaker, Breaker.Pass pass) {}

    /** What became of a record when it was given to the producer. */
    private sealed interface Sending {
        record Sent(Future<RecordMetadata> acknowledgement) implements Sending {}

        /** By Kafka's word, or for a fault of the record's own. */
        record NotSent(Result result) implements Sending {}

        /** Kafka was not asked about this one. */
        record NotTried(String cause) implements Sending {}
    }

    /**
     * @param maxBlock how long a call may wait for Kafka's metadata; below every budget
     * @param delivery how long a record is tried before it is given up; more than a second
     * @param nanoTime a monotonic clock
     */
    public KafkaPublisher(
            String bootstrapServers, Duration maxBlock, Duration delivery, LongSupplier nanoTime) {
        var settings = settings(bootstrapServers, maxBlock, delivery);
        this(() -> producer(settings), nanoTime);
    }

    /**
     * @param producers makes one; may throw {@link KafkaException}
     */
    KafkaPublisher(Supplier<Producer<byte[], byte[]>> producers, LongSupplier nanoTime) {
        this.producers = producers;
        this.nanoTime = nanoTime;
        for (var lane : Lane.values()) {
            breakers.put(lane, new Breaker(lane, nanoTime));
        }
    }

    static Producer<byte[], byte[]> producer(Properties settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
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

    /**
     * {@inheritDoc}
     *
     * @param budget counted from when there is a producer: the first call takes besides as long as
     *     making one does, which is about a second, or as long as the bootstrap servers' names take
     *     to be looked up
     */
    @Override
    public List<Result> publish(List<DispatchRecord> records, Duration budget) {
        var lanes = new EnumMap<Lane, List<DispatchRecord>>(Lane.class);
        for (var record : records) {
            var lane = LANES.get(record.lane());
            if (lane != null) {
                lanes.computeIfAbsent(lane, _ -> new ArrayList<>()).add(record);
            }
        }
        var ended = publish(lanes, budget);
        var results = new ArrayList<Result>(records.size());
        for (var record : records) {
            var its = ended.get(record.lane());
            results.add(its == null ? NO_LANE : its.next());
        }
        return results;
    }

    /**
     * @return by the lane's name, the results of its records
     */
    private Map<String, Iterator<Result>> publish(
            Map<Lane, List<DispatchRecord>> lanes, Duration budget) {
        var results = new HashMap<String, Iterator<Result>>();
        var tries = new ArrayList<Try>();
        lanes.forEach((lane, records) -> {
            var breaker = requireNonNull(breakers.get(lane));
            var pass = breaker.pass(budget);
            if (pass == Breaker.Pass.NONE) {
                results.put(
                        lane.text(),
                        allUnavailable(records, "Kafka was out of reach a moment ago"));
            } else {
                tries.add(new Try(lane, records, breaker, pass));
            }
        });
        if (tries.isEmpty()) {
            return results;
        }
        Producer<byte[], byte[]> open;
        try {
            open = producer();
        } catch (KafkaException e) {
            // Such as bootstrap servers whose names cannot be looked up.
            var cause =
                    "no producer can be made: " + nameOf(e.getCause() == null ? e : e.getCause());
            for (var lane : tries) {
                lane.breaker().missed(cause);
                results.put(lane.lane().text(), allUnavailable(lane.records(), cause));
            }
            return results;
        }
        var deadline = Deadline.in(budget, nanoTime);
        if (tries.size() == 1) {
            var only = tries.getFirst();
            results.put(only.lane().text(), publish(open, only, deadline).iterator());
            return results;
        }
        // Each lane on a thread of its own: the first record of one may block for metadata, and a
        // lane that is out of reach takes neither time nor records from another.
        var running = new EnumMap<Lane, Future<List<Result>>>(Lane.class);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var lane : tries) {
                running.put(lane.lane(), threads.submit(() -> publish(open, lane, deadline)));
            }
        }
        running.forEach((lane, its) -> results.put(lane.text(), its.resultNow().iterator()));
        return results;
    }

    private List<Result> publish(Producer<byte[], byte[]> open, Try lane, Deadline deadline) {
        if (lane.pass() == Breaker.Pass.FREE) {
            return publish(open, lane, lane.records(), deadline);
        }
        // What Kafka does not take stays in the producer's memory for a while, which is shared.
        var first = publish(open, lane, lane.records().subList(0, 1), deadline);
        var others = lane.records().subList(1, lane.records().size());
        var results = new ArrayList<>(first);
        if (first.getFirst() instanceof Result.Unavailable(var cause)) {
            allUnavailable(others, cause).forEachRemaining(results::add);
        } else if (!others.isEmpty()) {
            results.addAll(publish(open, lane, others, deadline));
        }
        return results;
    }

    private List<Result> publish(
            Producer<byte[], byte[]> open,
            Try lane,
            List<DispatchRecord> records,
            Deadline deadline) {
        var sendings = send(open, lane.lane(), records, deadline);
        var flush = flush(open);
        var results = new ArrayList<Result>(records.size());
        var answers = new ArrayList<Result>(records.size());
        for (var sending : sendings) {
            var result =
                    switch (sending) {
                        case Sending.NotTried(var cause) -> unavailable(cause);
                        case Sending.NotSent(var answer) -> answer;
                        case Sending.Sent(var future) -> await(open, future, deadline);
                    };
            results.add(result);
            if (!(sending instanceof Sending.NotTried)) {
                answers.add(result);
            }
        }
        flush.interrupt();
        // Who is interrupted did not wait for an answer.
        if (!Thread.currentThread().isInterrupted()) {
            note(answers, lane.breaker());
        }
        return results;
    }

    private List<Sending> send(
            Producer<byte[], byte[]> open,
            Lane lane,
            List<DispatchRecord> records,
            Deadline deadline) {
        var sendings = new ArrayList<Sending>(records.size());
        @Nullable String outage = null;
        for (var record : records) {
            if (outage == null && deadline.hasPassed()) {
                outage = "there was no time left to send it";
            }
            if (outage != null) {
                sendings.add(new Sending.NotTried(outage));
                continue;
            }
            var sending = send(open, lane, record);
            sendings.add(sending);
            outage =
                    switch (sending) {
                        case Sending.NotTried(var cause) -> cause;
                        case Sending.NotSent(Result.Unavailable(var cause)) -> cause;
                        case Sending.NotSent _, Sending.Sent _ -> null;
                    };
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
        } catch (InterruptException _) {
            return new Sending.NotTried("interrupted while sending it");
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

    private static Iterator<Result> allUnavailable(List<DispatchRecord> records, String cause) {
        return Collections.nCopies(records.size(), unavailable(cause)).iterator();
    }

    private static Sending notSent(Result result) {
        return new Sending.NotSent(result);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public boolean isAvailable() {
        var asked = breakers.values().stream().filter(Breaker::wasAsked).toList();
        return asked.isEmpty() || asked.stream().anyMatch(Breaker::isPassable);
    }

    /** One record that got through shows that Kafka takes the lane. */
    private static void note(List<Result> answers, Breaker breaker) {
        if (answers.contains(PUBLISHED)) {
            breaker.reached();
            return;
        }
        for (var answer : answers) {
            if (answer instanceof Result.Unavailable(var cause)) {
                breaker.missed(cause);
                return;
            }
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = producers.get();
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
        try {
            failed.close(Duration.ZERO);
        } catch (KafkaException _) {
            // It is of no use any more, and its threads end by themselves.
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
