package io.herald.delivery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.contract.Samples;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.RenderedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class HandOverInBulkTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration AMPLE = Duration.ofMinutes(1);
    private static final Reason REASON = new Reason("some_reason", "For some reason.");

    private final TenantId tenant = Samples.tenant();
    private final AtomicLong nanoTime = new AtomicLong();
    private final Gateway gateway = new Gateway();
    private Breakers breakers = new Breakers(TIMEOUT, nanoTime::get, new Random(1));

    /** What is done with one message of a call. */
    private interface Taking {
        Outcome take(Message message);
    }

    /** Keeps the calls, and whether each was a bulk call. */
    private static final class Gateway implements BulkProvider<Message.Inbox> {
        private final List<List<Message>> calls = new CopyOnWriteArrayList<>();
        private final AtomicInteger singleCalls = new AtomicInteger();
        private BulkProvider.Capacity capacity = new Capacity(100, 1_000_000);
        private Taking taking = HandOverInBulkTest::sent;

        @Override
        public Capacity capacity() {
            return capacity;
        }

        @Override
        public int sizeOf(Message.Inbox message) {
            return message.content().title().length();
        }

        @Override
        public List<Outcome> handOver(List<Message.Inbox> messages, Duration timeout) {
            calls.add(List.<Message>copyOf(messages));
            return messages.stream().map(taking::take).toList();
        }

        @Override
        public Outcome handOver(Message.Inbox message, Duration timeout) {
            singleCalls.incrementAndGet();
            return handOver(List.of(message), timeout).getFirst();
        }
    }

    @Test
    void one_message_of_each_person_goes_in_one_call() {
        var messages = messages("ada", "bob", "cyd");

        var outcomes = handOver(messages, AMPLE);

        assertThat(gateway.calls).containsExactly(messages);
        assertThat(outcomes)
                .containsExactlyElementsOf(
                        messages.stream().map(HandOverInBulkTest::sent).toList());
    }

    @Test
    void one_message_alone_goes_in_a_single_call() {
        handOver(messages("ada"), AMPLE);

        assertThat(gateway.singleCalls).hasValue(1);
    }

    @Test
    void each_persons_messages_go_in_order_and_never_two_in_one_call() {
        var messages = messages("ada", "ada", "bob", "ada", "cyd", "bob");

        var outcomes = handOver(messages, AMPLE);

        assertThat(gateway.calls)
                .containsExactly(
                        List.of(messages.get(0), messages.get(2), messages.get(4)),
                        List.of(messages.get(1), messages.get(5)),
                        List.of(messages.get(3)));
        assertThat(outcomes)
                .containsExactlyElementsOf(
                        messages.stream().map(HandOverInBulkTest::sent).toList());
    }

    @Test
    void a_user_of_one_tenant_is_not_the_one_of_another() {
        var messages = List.of(to("ada"), message(Samples.tenant(), "ada", "title"));

        handOver(messages, AMPLE);

        assertThat(gateway.calls).containsExactly(messages);
    }

    @Test
    void
            a_call_that_never_returns_is_left_behind_at_the_deadline_and_takes_nothing_from_the_others() {
        gateway.capacity = new BulkProvider.Capacity(1, 1_000_000);
        var messages = messages("ada", "bob", "ada");
        var forEver = new CountDownLatch(1);
        gateway.taking =
                message -> {
                    while (message.equals(messages.getFirst()) && forEver.getCount() > 0) {
                        try {
                            forEver.await();
                        } catch (InterruptedException _) {
                            // Whoever interrupts it: that is the point.
                        }
                    }
                    return sent(message);
                };

        var outcomes =
                new HandOverInBulk<>(
                                gateway, Message.Inbox.class, Duration.ofMillis(100), 10, breakers)
                        .handOver(
                                messages.stream().map(HandOverInBulkTest::draft).toList(),
                                Deadline.in(Duration.ofSeconds(1), System::nanoTime));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Lost.class);
        assertThat(outcomes.get(1)).isEqualTo(sent(messages.get(1)));
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.NotHandedOver.class);
        forEver.countDown();
    }

    @Test
    void a_call_has_no_more_messages_than_it_may() {
        gateway.capacity = new BulkProvider.Capacity(2, 1_000_000);

        handOver(messages("ada", "bob", "cyd", "dan", "eve"), AMPLE);

        assertThat(gateway.calls).extracting(List::size).containsExactlyInAnyOrder(2, 2, 1);
    }

    @Test
    void a_call_has_no_more_bytes_than_it_may_unless_one_message_has() {
        gateway.capacity = new BulkProvider.Capacity(100, 10);
        var messages =
                List.of(
                        message(tenant, "ada", "1234"),
                        message(tenant, "bob", "123456"),
                        message(tenant, "cyd", "1"),
                        message(tenant, "dan", "much longer than ten"),
                        message(tenant, "eve", "1"));

        handOver(messages, AMPLE);

        assertThat(gateway.calls).extracting(List::size).containsExactlyInAnyOrder(2, 1, 1, 1);
    }

    @Test
    void the_calls_of_a_wave_run_in_parallel() {
        gateway.capacity = new BulkProvider.Capacity(1, 1_000_000);
        var together = new CyclicBarrier(2);
        gateway.taking =
                message -> {
                    await(together);
                    return sent(message);
                };

        assertThat(handOver(messages("ada", "bob"), AMPLE))
                .hasOnlyElementsOfType(Outcome.Sent.class);
    }

    @Test
    void no_more_calls_are_under_way_than_may_be() {
        gateway.capacity = new BulkProvider.Capacity(1, 1_000_000);
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        var together = new CyclicBarrier(2);
        gateway.taking =
                message -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    await(together);
                    underWay.decrementAndGet();
                    return sent(message);
                };

        handOver(messages("a", "b", "c", "d", "e", "f"), AMPLE);

        assertThat(most).hasValue(2);
    }

    @Test
    void nothing_begins_that_could_end_after_the_deadline() {
        gateway.taking =
                message -> {
                    nanoTime.addAndGet(Duration.ofSeconds(3).toNanos());
                    return sent(message);
                };

        // 8 s are left, then 5 s, just enough, then 2 s.
        var outcomes = handOver(messages("ada", "ada", "ada", "ada"), Duration.ofSeconds(8));

        assertThat(gateway.calls).hasSize(2);
        assertThat(outcomes.subList(0, 2)).hasOnlyElementsOfType(Outcome.Sent.class);
        assertThat(outcomes.subList(2, 4))
                .extracting(HandOverInBulkTest::codeAndPause)
                .containsExactly("no_time_left PT0S", "behind_another PT5S");
    }

    @ParameterizedTest
    @MethodSource
    void what_is_behind_a_message_that_is_to_be_tried_again_does_not_overtake_it(
            Outcome first, String second, String third) {
        // Of another tenant, as this one is left alone when it was asked to be.
        var other = Samples.tenant();
        var messages =
                List.of(
                        to("ada"),
                        message(other, "bob", "title"),
                        to("ada"),
                        message(other, "bob", "title"),
                        to("ada"));
        gateway.taking = message -> message.equals(messages.get(0)) ? first : sent(message);

        var outcomes = handOver(messages, AMPLE);

        assertThat(outcomes)
                .startsWith(first, sent(messages.get(1)))
                .contains(sent(messages.get(3)));
        assertThat(codeAndPause(outcomes.get(2))).isEqualTo(second);
        assertThat(codeAndPause(outcomes.get(4))).isEqualTo(third);
    }

    static Stream<Object[]>
            what_is_behind_a_message_that_is_to_be_tried_again_does_not_overtake_it() {
        return Stream.of(
                new Object[] {
                    new Outcome.Lost(REASON), "behind_another PT5S", "behind_another PT10S"
                },
                new Object[] {
                    new Outcome.Retryable(REASON, null),
                    "behind_another PT5S",
                    "behind_another PT10S"
                },
                new Object[] {
                    new Outcome.Retryable(REASON, Duration.ofSeconds(30)),
                    "behind_another PT35S",
                    "behind_another PT40S"
                },
                new Object[] {
                    new Outcome.NotHandedOver(REASON, Duration.ofSeconds(9)),
                    "behind_another PT14S",
                    "behind_another PT19S"
                });
    }

    @Test
    void what_is_behind_a_refused_message_goes_on() {
        var messages = messages("ada", "ada");
        gateway.taking =
                message ->
                        message.equals(messages.get(0))
                                ? new Outcome.Rejected(REASON)
                                : sent(message);

        assertThat(handOver(messages, AMPLE).get(1)).isEqualTo(sent(messages.get(1)));
    }

    @Test
    void a_call_over_which_the_provider_throws_is_lost_and_no_other() {
        gateway.capacity = new BulkProvider.Capacity(2, 1_000_000);
        var messages = messages("ada", "bob", "cyd", "dan");
        gateway.taking =
                message -> {
                    if (message.equals(messages.get(0))) {
                        throw new IllegalStateException("a fault of ours");
                    }
                    return sent(message);
                };

        var outcomes = handOver(messages, AMPLE);

        assertThat(outcomes.subList(0, 2)).hasOnlyElementsOfType(Outcome.Lost.class);
        assertThat(outcomes.subList(2, 4))
                .containsExactly(sent(messages.get(2)), sent(messages.get(3)));
    }

    @Test
    void what_cannot_be_rendered_is_refused_and_spoils_no_call() {
        var messages = messages("ada", "bob", "cyd");
        var drafts = new ArrayList<>(messages.stream().map(HandOverInBulkTest::draft).toList());
        drafts.set(
                1,
                new Draft(
                        messages.get(1).notification(),
                        Destination.of(tenant),
                        messages.get(1).recipient(),
                        () -> {
                            throw new IllegalStateException("a fault of ours");
                        }));

        var outcomes = handOverDrafts(drafts, AMPLE);

        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Rejected.class);
        assertThat(gateway.calls).containsExactly(List.of(messages.get(0), messages.get(2)));
    }

    @Test
    void what_takes_long_to_render_is_not_handed_over_too_late() {
        var messages = messages("ada", "bob", "cyd");
        var drafts =
                messages.stream()
                        .map(message ->
                                new Draft(
                                        message.notification(),
                                        Destination.of(tenant),
                                        message.recipient(),
                                        () -> {
                                            nanoTime.addAndGet(Duration.ofSeconds(2).toNanos());
                                            return message;
                                        }))
                        .toList();

        // 8 s are left, then 6 s, then 4 s, which is not enough.
        var outcomes = handOverDrafts(drafts, Duration.ofSeconds(8));

        assertThat(gateway.calls).isEmpty();
        assertThat(outcomes)
                .extracting(HandOverInBulkTest::codeAndPause)
                .containsOnly("no_time_left PT0S");
    }

    @Test
    void what_fails_for_each_of_its_tenants_is_put_off_and_a_trial_carries_one_message() {
        var other = Samples.tenant();
        gateway.taking = _ -> new Outcome.Lost(REASON);
        for (int i = 0; i < Breakers.IN_A_ROW; i++) {
            handOver(List.of(to("ada"), to("bob"), message(other, "ada", "title")), AMPLE);
        }
        assertThat(gateway.calls).hasSize(Breakers.IN_A_ROW);

        var outcomes = handOver(List.of(to("ada"), message(other, "ada", "title")), AMPLE);

        assertThat(gateway.calls).hasSize(Breakers.IN_A_ROW);
        assertThat(outcomes)
                .extracting(outcome -> ((Outcome.NotHandedOver) outcome).reason().code())
                .containsOnly("breaker_open");
        gateway.taking = HandOverInBulkTest::sent;
        gateway.calls.clear();
        nanoTime.addAndGet(Breakers.FIRST_PAUSE.toNanos());
        var messages = List.of(to("ada"), to("bob"), message(other, "ada", "title"), to("ada"));

        outcomes = handOver(messages, AMPLE);

        assertThat(gateway.calls)
                .containsExactly(List.of(messages.get(0), messages.get(2)), messages.subList(3, 4));
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.NotHandedOver.class);
    }

    @Test
    void no_wave_begins_when_the_first_one_began_longer_ago_than_a_call_may_take() {
        gateway.taking =
                message -> {
                    nanoTime.addAndGet(Duration.ofSeconds(2).toNanos());
                    return sent(message);
                };

        var outcomes = handOver(messages("ada", "ada", "ada", "ada", "ada"), AMPLE);

        assertThat(gateway.calls).hasSize(3);
        assertThat(outcomes.subList(3, 5))
                .extracting(HandOverInBulkTest::codeAndPause)
                .containsExactly("no_time_left PT0S", "behind_another PT5S");
    }

    @Test
    void whatever_happens_nobody_gets_a_message_before_an_earlier_one_or_together_with_it() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            gateway.calls.clear();
            breakers = new Breakers(TIMEOUT, nanoTime::get, random);
            var tenants = Stream.generate(Samples::tenant).limit(7).toList();
            gateway.capacity = new BulkProvider.Capacity(1 + random.nextInt(8), 1_000_000);
            gateway.taking = message -> any(new Random(message.hashCode()), message);
            var messages =
                    IntStream.range(0, 60)
                            .mapToObj(_ -> random.nextInt(7))
                            // Each of a tenant of its own, so that no breaker opens.
                            .<Message>map(i -> message(tenants.get(i), "user-" + i, "title"))
                            .toList();

            var outcomes = handOver(messages, AMPLE);

            assertThat(outcomes).as("seed %d", seed).hasSameSizeAs(messages);
            assertOrder(seed, messages, outcomes);
        }
    }

    private void assertOrder(int seed, List<Message> messages, List<Outcome> outcomes) {
        var handedOver = new HashMap<Recipient, List<Message>>();
        for (var call : gateway.calls) {
            var persons = new HashSet<Recipient>();
            for (var message : call) {
                assertThat(persons.add(message.recipient())).as("seed %d", seed).isTrue();
                handedOver
                        .computeIfAbsent(message.recipient(), _ -> new ArrayList<>())
                        .add(message);
            }
        }
        var expected = new HashMap<Recipient, List<Message>>();
        var stopped = new HashSet<Recipient>();
        for (int i = 0; i < messages.size(); i++) {
            var message = messages.get(i);
            if (!stopped.contains(message.recipient())) {
                expected.computeIfAbsent(message.recipient(), _ -> new ArrayList<>()).add(message);
                if (!(outcomes.get(i) instanceof Outcome.Sent)
                        && !(outcomes.get(i) instanceof Outcome.Rejected)) {
                    stopped.add(message.recipient());
                }
            } else {
                assertThat(outcomes.get(i))
                        .as("seed %d", seed)
                        .isInstanceOf(Outcome.NotHandedOver.class);
            }
        }
        assertThat(handedOver)
                .as("seed %d", seed)
                .isEqualTo((Map<Recipient, List<Message>>) expected);
    }

    private static Outcome any(Random random, Message message) {
        return switch (random.nextInt(12)) {
            case 0 -> new Outcome.Lost(REASON);
            case 1 -> new Outcome.Retryable(REASON, null);
            case 2 -> new Outcome.NotHandedOver(REASON, Duration.ZERO);
            case 3 -> new Outcome.Rejected(REASON);
            default -> sent(message);
        };
    }

    private static String codeAndPause(Outcome outcome) {
        return outcome instanceof Outcome.NotHandedOver(var reason, var pause)
                ? reason.code() + " " + pause
                : outcome.toString();
    }

    private List<Outcome> handOver(List<Message> messages, Duration left) {
        return handOverDrafts(messages.stream().map(HandOverInBulkTest::draft).toList(), left);
    }

    private List<Outcome> handOverDrafts(List<Draft> drafts, Duration left) {
        return new HandOverInBulk<>(gateway, Message.Inbox.class, TIMEOUT, 2, breakers)
                .handOver(drafts, Deadline.in(left, nanoTime::get));
    }

    private static Draft draft(Message message) {
        return new Draft(
                message.notification(),
                Destination.of(message.tenant()),
                message.recipient(),
                () -> message);
    }

    private static Outcome sent(Message message) {
        return new Outcome.Sent(message.notification().toString());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Message> messages(String... users) {
        return Stream.of(users).map(this::to).toList();
    }

    private Message to(String user) {
        return message(tenant, user, "title");
    }

    private static Message message(TenantId tenant, String user, String title) {
        return new Message.Inbox(
                new NotificationId(UUID.randomUUID()),
                tenant,
                new UserId(user),
                new RenderedMessage.Inbox(title, null));
    }
}
