package io.herald.local.poller;

import io.herald.local.lambda.Invoker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic and invokes a function with batches of its records, as Lambda's event source
 * mapping does. Offsets are committed only when everything before them has succeeded, so whatever
 * fails, here or there, comes again. A broker that is gone is waited for.
 */
public final class KafkaPoller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPoller.class);

    private static final Duration LONGEST_POLL = Duration.ofMillis(500);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(3);
    // A commit costs the broker as much as a batch; what a crash brings again is claimed already.
    private static final long COMMIT_INTERVAL_NANOS = Duration.ofMillis(100).toNanos();
    private static final int POLLED_RECORDS = 1_000;
    private static final long LOG_INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

    private record Completion(Batch batch, BatchOutcome outcome) {}

    private final EventSourceMapping mapping;
    private final String bootstrapServers;
    private final Invoker function;
    private final String instance;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Completion> completions = new ConcurrentLinkedQueue<>();
    private final Set<Thread> invocations = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile long stopDeadline;
    private volatile boolean killed;
    private volatile @Nullable Consumer<byte[], byte[]> current;
    // Of the poller's own thread only.
    private int inFlight;
    private boolean commitUnderWay;
    private long nextCommit = System.nanoTime();
    private long nextLog = System.nanoTime();

    private KafkaPoller(
            EventSourceMapping mapping,
            String bootstrapServers,
            Invoker function,
            String instance) {
        this.mapping = mapping;
        this.bootstrapServers = bootstrapServers;
        this.function = function;
        this.instance = instance;
        this.thread =
                Thread.ofPlatform()
                        .name("poller-" + mapping.function())
                        .daemon()
                        .unstarted(this::run);
    }

    /** Starts to poll, with or without a broker being there. */
    public static KafkaPoller start(
            EventSourceMapping mapping, String bootstrapServers, Invoker function) {
        return start(mapping, bootstrapServers, function, "1");
    }

    /**
     * Starts one of several pollers of a mapping; they share its partitions.
     *
     * @param instance tells them apart. One that starts anew under the same name takes the place of
     *     the one before it at once, even if that was killed
     */
    public static KafkaPoller start(
            EventSourceMapping mapping,
            String bootstrapServers,
            Invoker function,
            String instance) {
        var poller = new KafkaPoller(mapping, bootstrapServers, function, instance);
        poller.thread.start();
        return poller;
    }

    /** Waits until partitions have been assigned; false if they have not when the time is over. */
    public boolean awaitAssigned(Duration patience) throws InterruptedException {
        return ready.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Hands out nothing more, waits for what is in flight, commits, leaves the group.
     *
     * @param patience how long to wait; what runs longer is interrupted and comes again
     */
    public void close(Duration patience) {
        stopDeadline = System.nanoTime() + patience.toNanos();
        stop.countDown();
        wakeUp();
        try {
            thread.join(patience.plus(COMMIT_TIMEOUT).plus(COMMIT_TIMEOUT));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes with a patience of five seconds. */
    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }

    /**
     * Ends as a crash of the poller's machine would: interrupts what is in flight, commits nothing
     * and does not tell the group. For tests.
     */
    public void kill() {
        killed = true;
        close(Duration.ZERO);
    }

    private void run() {
        while (!isStopping()) {
            try (var consumer = new KafkaConsumer<byte[], byte[]>(settings())) {
                current = consumer;
                consume(consumer);
            } catch (WakeupException | InterruptException e) {
                LOG.debug("{}: woken up at the stop", mapping.function());
            } catch (RuntimeException e) {
                LOG.warn("{}: polling failed; it starts anew", mapping.function(), e);
                pauseAfterFailure();
            } finally {
                current = null;
            }
        }
        invocations.forEach(Thread::interrupt);
    }

    private void consume(Consumer<byte[], byte[]> consumer) {
        var queue =
                new RecordQueue(
                        mapping.batchSize(),
                        mapping.window(),
                        mapping.backoff(),
                        KafkaEvent.envelopeBytes(bootstrapServers));
        commitUnderWay = false;
        try {
            consumer.subscribe(List.of(mapping.topic()), new Rebalance(consumer, queue));
            while (!isStopping() || mustWaitForFlight()) {
                poll(consumer, queue);
                settle(queue);
                if (!isStopping()) {
                    dispatch(queue);
                }
                holdBack(consumer, queue);
                commit(consumer, queue);
            }
            leave(consumer, queue);
        } finally {
            // What is still out belongs to this consumer, and must not be taken for the next one's.
            queue.loseAll();
        }
    }

    private void poll(Consumer<byte[], byte[]> consumer, RecordQueue queue) {
        var wait = LONGEST_POLL.toNanos();
        if (!isStopping() && inFlight < mapping.concurrency()) {
            wait = Math.min(wait, queue.nanosUntilNext(System.nanoTime()).orElse(wait));
        }
        // A completion that came before this poll has its wake-up pending and ends it at once.
        try {
            var records = consumer.poll(Duration.ofNanos(completions.isEmpty() ? wait : 0));
            var now = System.nanoTime();
            records.forEach(record -> queue.add(record, now));
        } catch (WakeupException e) {
            // An invocation has ended, or a stop was asked for: the loop looks at both.
        }
    }

    private void dispatch(RecordQueue queue) {
        while (inFlight < mapping.concurrency()) {
            var batch = queue.next(System.nanoTime());
            if (batch == null) {
                return;
            }
            inFlight++;
            var invocation =
                    Thread.ofVirtual()
                            .name("poller-" + mapping.function() + "-invocation")
                            .unstarted(() -> invoke(batch));
            invocations.add(invocation);
            invocation.start();
        }
    }

    private void invoke(Batch batch) {
        BatchOutcome outcome = new BatchOutcome.Broken("the invocation was abandoned");
        try {
            // Beyond the function's timeout, so that it is Lambda that gives up, not the caller.
            var patience = mapping.timeout().plusSeconds(10);
            var event = KafkaEvent.toJson(bootstrapServers, batch);
            outcome = BatchOutcome.of(batch, function.invoke(event, patience));
        } catch (InterruptedException e) {
            // The poller ends; nobody looks at the outcome.
            Thread.currentThread().interrupt();
        } finally {
            completions.add(new Completion(batch, outcome));
            invocations.remove(Thread.currentThread());
            wakeUp();
        }
    }

    private void settle(RecordQueue queue) {
        for (var done = completions.poll(); done != null; done = completions.poll()) {
            inFlight--;
            queue.settle(done.batch(), done.outcome(), System.nanoTime());
            log(done);
        }
    }

    /** Has Kafka fetch no more for partitions that have enough waiting, and for any at the stop. */
    private void holdBack(Consumer<byte[], byte[]> consumer, RecordQueue queue) {
        var assigned = consumer.assignment();
        var full = isStopping() ? assigned : queue.full();
        var paused = consumer.paused();
        var toPause = new HashSet<>(full);
        toPause.retainAll(assigned);
        toPause.removeAll(paused);
        var toResume = new HashSet<>(paused);
        toResume.removeAll(full);
        if (!toPause.isEmpty()) {
            consumer.pause(toPause);
        }
        if (!toResume.isEmpty()) {
            consumer.resume(toResume);
        }
    }

    private void commit(Consumer<byte[], byte[]> consumer, RecordQueue queue) {
        var now = System.nanoTime();
        if (commitUnderWay || now - nextCommit < 0) {
            return;
        }
        var offsets = queue.takeCommittable();
        if (offsets.isEmpty()) {
            return;
        }
        commitUnderWay = true;
        nextCommit = now + COMMIT_INTERVAL_NANOS;
        consumer.commitAsync(
                offsets,
                (_, failure) -> {
                    commitUnderWay = false;
                    if (failure != null) {
                        // The broker is away or has moved the partitions; the next turn tries
                        // again.
                        LOG.debug("{}: not committed", mapping.function(), failure);
                        queue.notCommitted(offsets.keySet());
                    }
                });
    }

    private void leave(Consumer<byte[], byte[]> consumer, RecordQueue queue) {
        if (killed) {
            consumer.close(
                    CloseOptions.timeout(Duration.ZERO)
                            .withGroupMembershipOperation(
                                    CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
            return;
        }
        commitSync(consumer, queue);
        consumer.close(
                CloseOptions.timeout(COMMIT_TIMEOUT)
                        .withGroupMembershipOperation(
                                CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    private void commitSync(Consumer<byte[], byte[]> consumer, RecordQueue queue) {
        var offsets = queue.takeCommittable();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            try {
                consumer.commitSync(offsets, COMMIT_TIMEOUT);
            } catch (WakeupException e) {
                // It was meant for a poll; the wake-up is used up now.
                consumer.commitSync(offsets, COMMIT_TIMEOUT);
            }
        } catch (RuntimeException e) {
            LOG.debug("{}: not committed; the records come again", mapping.function(), e);
        }
    }

    private boolean isStopping() {
        return stop.getCount() == 0;
    }

    private boolean mustWaitForFlight() {
        return !killed && inFlight > 0 && System.nanoTime() - stopDeadline < 0;
    }

    private void wakeUp() {
        var consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    private void pauseAfterFailure() {
        try {
            // Ends early when a stop is asked for; what it returns is looked at by the loop.
            var stopped = stop.await(1, TimeUnit.SECONDS);
            LOG.debug("{}: stopped while it paused: {}", mapping.function(), stopped);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void log(Completion done) {
        if (!(done.outcome() instanceof BatchOutcome.Broken(var cause))) {
            return;
        }
        // In an outage every batch fails, again and again: once in a while is enough.
        var now = System.nanoTime();
        if (!isStopping() && now - nextLog >= 0) {
            nextLog = now + LOG_INTERVAL_NANOS;
            LOG.warn(
                    "{}: {} records come again: {}",
                    mapping.function(),
                    done.batch().items().size(),
                    cause);
        }
    }

    private Map<String, Object> settings() {
        return Map.ofEntries(
                Map.entry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, mapping.function()),
                Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, mapping.function() + "-" + instance),
                // A member with a name of its own gets its partitions back at once after a crash,
                // where a nameless one would wait for the session of its former self to expire.
                Map.entry(
                        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                        mapping.function() + "-" + instance),
                Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000),
                Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000),
                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
                // More than a batch: what is over waits here, and asking costs more than waiting.
                Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED_RECORDS),
                Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 6 * 1_024 * 1_024),
                Map.entry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500),
                // A topic that is created later is found within seconds.
                Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000),
                Map.entry(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000),
                Map.entry(
                        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class),
                Map.entry(
                        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                        ByteArrayDeserializer.class));
    }

    private final class Rebalance implements ConsumerRebalanceListener {

        private final Consumer<byte[], byte[]> consumer;
        private final RecordQueue queue;

        Rebalance(Consumer<byte[], byte[]> consumer, RecordQueue queue) {
            this.consumer = consumer;
            this.queue = queue;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            queue.assign(partitions);
            if (!partitions.isEmpty()) {
                ready.countDown();
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // What is done is committed before somebody else reads on from there; what is in flight
            // will be delivered twice, as it may be with Lambda.
            if (!killed) {
                settle(queue);
                commitSync(consumer, queue);
            }
            queue.lose(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            queue.lose(partitions);
        }
    }
}
