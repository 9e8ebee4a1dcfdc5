package io.herald.local.poller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.Throttled;
import io.herald.local.lambda.Invoker;
import io.herald.servers.KafkaServer;
import io.herald.servers.ServerBinaries;
import io.herald.servers.SharedServers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real broker. */
@Timeout(120)
class KafkaPollerTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir static Path folder;
    private static KafkaServer broker;

    private final Recorder function = new Recorder();
    private final List<KafkaPoller> pollers = new ArrayList<>();
    private String topic;

    @BeforeAll
    static void startBroker() throws Exception {
        var binaries = ServerBinaries.in(SharedServers.binaries());
        broker = KafkaServer.start(new KafkaServer.Options(folder.resolve("kafka"), binaries));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopic() throws Exception {
        topic = "lane" + TOPICS.incrementAndGet();
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void closePollers() {
        function.gate.countDown();
        pollers.forEach(KafkaPoller::close);
    }

    @Test
    void every_record_arrives_once_and_in_the_order_of_its_partition() throws Exception {
        for (var partition = 0; partition < 4; partition++) {
            send(partition, 0, 200);
        }
        poll(mapping(10, 3));
        await(() -> function.seen.size() >= 800);
        for (var partition = 0; partition < 4; partition++) {
            assertThat(function.seenOf(partition)).isEqualTo(values(partition, 0, 200));
        }
        assertThat(function.overlaps).as("invocations of one partition side by side").hasValue(0);
        awaitCommitted(Map.of(0, 200L, 1, 200L, 2, 200L, 3, 200L));
    }

    @Test
    void partitions_run_side_by_side_up_to_the_concurrency() throws Exception {
        function.holdEverything();
        for (var partition = 0; partition < 4; partition++) {
            send(partition, 0, 10);
        }
        poll(mapping(10, 3));
        await(() -> function.running.get() == 3);
        assertThat(function.mostRunning).hasValue(3);
        function.gate.countDown();
        await(() -> function.seen.size() == 40);
        assertThat(function.mostRunning).hasValue(3);
    }

    @Test
    void only_the_records_that_failed_come_again() throws Exception {
        function.failsPartlyOnce("0:3");
        send(0, 0, 10);
        poll(mapping(10, 1));
        await(() -> function.seen.size() >= 11);
        assertThat(function.batches.getLast()).containsExactly("0:3");
        awaitCommitted(Map.of(0, 10L));
        assertThat(function.seen).hasSize(11);
    }

    @Test
    void a_record_that_breaks_its_batch_is_isolated_and_holds_back_only_its_partition()
            throws Exception {
        function.breaksOn("0:5");
        send(0, 0, 8);
        send(1, 0, 8);
        poll(mapping(16, 2));
        await(() -> function.batches.stream().filter(List.of("0:5")::equals).count() >= 3);
        awaitCommitted(Map.of(0, 5L, 1, 8L));
        assertThat(function.succeeded).doesNotContain("0:5", "0:6", "0:7");
        function.breaksOn("nothing");
        awaitCommitted(Map.of(0, 8L, 1, 8L));
        assertThat(function.succeeded).doesNotHaveDuplicates().hasSize(16);
    }

    @Test
    void an_identifier_that_was_not_sent_brings_all_back() throws Exception {
        function.answersOnce(
                "{\"batchItemFailures\":[{\"itemIdentifier\":"
                        + "{\"partition\":\"other-0\",\"offset\":1}}]}");
        send(0, 0, 6);
        poll(mapping(6, 1));
        await(() -> function.seen.size() >= 12);
        assertThat(function.seen.subList(6, 12)).isEqualTo(values(0, 0, 6));
    }

    @Test
    void a_throttled_batch_comes_again() throws Exception {
        function.throttles.set(3);
        send(0, 0, 6);
        poll(mapping(6, 1));
        await(() -> function.seen.size() == 6);
        assertThat(function.batches).containsExactly(values(0, 0, 6));
    }

    @Test
    void what_was_in_flight_at_a_kill_comes_again() throws Exception {
        send(0, 0, 3);
        var first = poll(mapping(10, 1));
        await(() -> function.seen.size() == 3);
        awaitCommitted(Map.of(0, 3L));
        function.holdEverything();
        send(0, 3, 6);
        await(() -> function.running.get() == 1);
        first.kill();
        await(() -> function.running.get() == 0);
        function.gate.countDown();
        poll(mapping(10, 1));
        await(() -> function.succeeded.size() == 6);
        assertThat(function.succeeded).isEqualTo(values(0, 0, 6));
        awaitCommitted(Map.of(0, 6L));
    }

    @Test
    void a_stop_finishes_what_is_in_flight_and_commits_it() throws Exception {
        function.holdEverything();
        send(0, 0, 20);
        var poller = poll(mapping(10, 1));
        await(() -> function.running.get() == 1);
        var stopped = Thread.ofPlatform().start(() -> poller.close(Duration.ofSeconds(20)));
        stopped.join(Duration.ofMillis(300));
        assertThat(stopped.isAlive()).isTrue();
        function.gate.countDown();
        stopped.join();
        assertThat(function.succeeded).isEqualTo(values(0, 0, function.succeeded.size()));
        assertThat(committed()).containsEntry(0, (long) function.succeeded.size());
        assertThat(function.batches).as("nothing new is handed out").hasSize(1);
    }

    @Test
    void goes_on_when_the_broker_was_killed_and_is_back_on_its_port() throws Exception {
        send(0, 0, 5);
        poll(mapping(10, 1));
        await(() -> function.seen.size() == 5);
        awaitCommitted(Map.of(0, 5L));
        broker.kill();
        broker.restart();
        send(0, 5, 10);
        await(() -> function.succeeded.containsAll(values(0, 0, 10)));
        awaitCommitted(Map.of(0, 10L));
    }

    @Test
    void keeps_calm_while_the_broker_is_away() throws Exception {
        send(0, 0, 5);
        poll(mapping(10, 1));
        await(() -> function.seen.size() == 5);
        awaitCommitted(Map.of(0, 5L));
        broker.kill();
        try {
            var thread = pollerThread();
            var used = cpuNanos(thread);
            var ends = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            await(() -> System.nanoTime() - ends > 0);
            assertThat(cpuNanos(thread) - used).isLessThan(Duration.ofMillis(500).toNanos());
        } finally {
            broker.restart();
        }
    }

    @Test
    void two_pollers_share_the_partitions_and_one_takes_over_when_the_other_leaves()
            throws Exception {
        var first = poll(mapping(10, 1));
        assertThat(first.awaitAssigned(Duration.ofSeconds(20))).isTrue();
        var second = KafkaPoller.start(mapping(10, 1), broker.bootstrapServers(), function, "2");
        pollers.add(second);
        assertThat(second.awaitAssigned(Duration.ofSeconds(30))).isTrue();
        first.close();
        for (var partition = 0; partition < 4; partition++) {
            send(partition, 0, 10);
        }
        await(() -> Set.copyOf(function.succeeded).size() == 40);
        assertThat(function.succeeded).doesNotHaveDuplicates();
    }

    @Test
    void what_is_in_flight_when_partitions_move_comes_to_the_other_poller_meanwhile()
            throws Exception {
        function.holdEverything();
        for (var partition = 0; partition < 4; partition++) {
            send(partition, 0, 1);
        }
        poll(mapping(1, 4));
        await(() -> function.running.get() == 4);

        pollers.add(KafkaPoller.start(mapping(1, 4), broker.bootstrapServers(), function, "2"));

        await(() -> function.overlaps.get() > 0);
        function.gate.countDown();
        await(() -> Set.copyOf(function.succeeded).size() == 4);
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private Thread pollerThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("poller-deliver-" + topic))
                .findFirst()
                .orElseThrow();
    }

    private static long cpuNanos(Thread thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
    }

    private KafkaPoller poll(EventSourceMapping mapping) {
        var poller = KafkaPoller.start(mapping, broker.bootstrapServers(), function);
        pollers.add(poller);
        return poller;
    }

    private EventSourceMapping mapping(int batchSize, int concurrency) {
        return new EventSourceMapping(
                "deliver-" + topic,
                topic,
                batchSize,
                Duration.ZERO,
                concurrency,
                Duration.ofSeconds(60),
                new Backoff(Duration.ofMillis(5), Duration.ofMillis(50)));
    }

    private void send(int partition, int from, int to) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                        new StringSerializer(),
                        new StringSerializer())) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (var value : values(partition, from, to)) {
                sent.add(producer.send(new ProducerRecord<>(topic, partition, value, value)));
            }
            for (var acknowledged : sent) {
                acknowledged.get(30, TimeUnit.SECONDS);
            }
        }
    }

    private static List<String> values(int partition, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> partition + ":" + i).toList();
    }

    private void awaitCommitted(Map<Integer, Long> offsets) throws Exception {
        var ends = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!committed().equals(offsets)) {
            assertThat(System.nanoTime() - ends).as("committed: %s", committed()).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Map<Integer, Long> committed() throws Exception {
        try (var admin = admin()) {
            var offsets = new ConcurrentHashMap<Integer, Long>();
            Map<TopicPartition, OffsetAndMetadata> all =
                    admin.listConsumerGroupOffsets("deliver-" + topic)
                            .partitionsToOffsetAndMetadata()
                            .get(20, TimeUnit.SECONDS);
            all.forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
            return Map.copyOf(offsets);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        var ends = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - ends).as("it takes too long").isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Remembers what it was given, and fails as it is told to. */
    private static final class Recorder implements Invoker {

        final List<String> seen = new CopyOnWriteArrayList<>();
        final List<String> succeeded = new CopyOnWriteArrayList<>();
        final List<List<String>> batches = new CopyOnWriteArrayList<>();
        final AtomicInteger running = new AtomicInteger();
        final AtomicInteger mostRunning = new AtomicInteger();
        final AtomicInteger overlaps = new AtomicInteger();
        final AtomicInteger throttles = new AtomicInteger();
        final CountDownLatch gate = new CountDownLatch(1);
        private final Set<String> partitions = ConcurrentHashMap.newKeySet();
        private volatile boolean held;
        private volatile String breaksOn = "nothing";
        private volatile String failsOnce = "nothing";
        private volatile String answer = "";

        void holdEverything() {
            held = true;
        }

        void breaksOn(String value) {
            breaksOn = value;
        }

        void failsPartlyOnce(String value) {
            failsOnce = value;
        }

        void answersOnce(String json) {
            answer = json;
        }

        List<String> seenOf(int partition) {
            return seen.stream().filter(value -> value.startsWith(partition + ":")).toList();
        }

        @Override
        public InvocationResult invoke(byte[] event, Duration patience)
                throws InterruptedException {
            if (throttles.getAndDecrement() > 0) {
                return new Throttled();
            }
            var values = new ArrayList<String>();
            var entered = new ArrayList<String>();
            var failures = JSON.createArrayNode();
            try {
                mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
                for (var partition : JSON.readTree(event).get("records").properties()) {
                    entered.add(partition.getKey());
                    if (!partitions.add(partition.getKey())) {
                        overlaps.incrementAndGet();
                    }
                    for (var record : partition.getValue()) {
                        var value =
                                new String(
                                        Base64.getDecoder().decode(record.get("value").asText()),
                                        UTF_8);
                        values.add(value);
                        if (value.equals(failsOnce)) {
                            failsOnce = "nothing";
                            failures.addObject()
                                    .putObject("itemIdentifier")
                                    .put("partition", partition.getKey())
                                    .put("offset", record.get("offset").asLong());
                        }
                    }
                }
                if (held) {
                    gate.await();
                }
                seen.addAll(values);
                batches.add(values);
                if (values.contains(breaksOn)) {
                    return new Failed("java.lang.IllegalStateException", "told to");
                }
                if (!answer.isEmpty()) {
                    var once = answer;
                    answer = "";
                    return new Answered(once.getBytes(UTF_8));
                }
                if (failures.isEmpty()) {
                    succeeded.addAll(values);
                }
                return new Answered(
                        JSON.writeValueAsBytes(
                                JSON.createObjectNode().set("batchItemFailures", failures)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } finally {
                partitions.removeAll(entered);
                running.decrementAndGet();
            }
        }

        @Override
        public void close() {}
    }
}
