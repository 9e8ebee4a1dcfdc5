package io.herald.delivery;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
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
import io.herald.template.TemplateException;
import java.time.Duration;
import java.util.List;
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

class HandOverOneByOneTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TenantId tenant = Samples.tenant();
    private final AtomicLong nanoTime = new AtomicLong();
    private final Breakers breakers = new Breakers(TIMEOUT, nanoTime::get, new Random(1));
    private final List<Message> handedOver = new CopyOnWriteArrayList<>();
    private final List<Message> rendered = new CopyOnWriteArrayList<>();

    @Test
    void hands_one_users_messages_over_in_order_and_never_two_at_once() {
        var messages = List.of(to("ada"), to("ada"), to("ada"), to("ada"));
        var calls = new Calls(1);

        handOver(calls::handOver, 10, messages, Duration.ofMinutes(1));

        assertThat(handedOver).containsExactlyElementsOf(messages);
        assertThat(calls.most()).isEqualTo(1);
    }

    @Test
    void hands_different_users_messages_over_in_parallel() {
        // Neither call ends before the other has begun.
        var together = new CyclicBarrier(2);

        var outcomes =
                handOver(
                        message -> {
                            await(together);
                            return sent(message);
                        },
                        10,
                        List.of(to("ada"), to("bob")),
                        Duration.ofMinutes(1));

        assertThat(outcomes).hasOnlyElementsOfType(Outcome.Sent.class);
    }

    @Test
    void takes_two_tenants_users_of_one_name_for_two() {
        var together = new CyclicBarrier(2);

        var outcomes =
                handOver(
                        message -> {
                            await(together);
                            return sent(message);
                        },
                        10,
                        List.of(to("ada"), message(Samples.tenant(), "ada")),
                        Duration.ofMinutes(1));

        assertThat(outcomes).hasOnlyElementsOfType(Outcome.Sent.class);
    }

    @Test
    void makes_no_more_calls_at_once_than_it_may() {
        var messages = IntStream.range(0, 8).mapToObj(i -> to("user-" + i)).toList();
        var calls = new Calls(2);

        handOver(calls::handOver, 2, messages, Duration.ofMinutes(1));

        assertThat(handedOver).containsExactlyInAnyOrderElementsOf(messages);
        assertThat(calls.most()).isEqualTo(2);
    }

    @Test
    void begins_nothing_that_could_end_after_the_deadline() {
        var messages = List.of(to("ada"), to("ada"), to("ada"));

        var outcomes =
                handOver(
                        message -> {
                            nanoTime.addAndGet(Duration.ofSeconds(3).toNanos());
                            return sent(message);
                        },
                        10,
                        messages,
                        // 8 s are left, then 5 s, just enough, then 2 s.
                        Duration.ofSeconds(8));

        assertThat(handedOver).containsExactlyElementsOf(messages.subList(0, 2));
        assertThat(outcomes)
                .startsWith(reference(messages.get(0)), reference(messages.get(1)))
                .last()
                .isInstanceOfSatisfying(
                        Outcome.NotHandedOver.class,
                        outcome -> {
                            assertThat(outcome.reason().code()).isEqualTo("no_time_left");
                            assertThat(outcome.pause()).isZero();
                        });
    }

    @Test
    void what_has_no_time_left_comes_back_one_after_the_other() {
        var outcomes =
                handOver(
                        HandOverOneByOneTest::sent,
                        10,
                        List.of(to("ada"), to("ada"), to("bob"), to("ada")),
                        Duration.ofSeconds(1));

        assertThat(handedOver).isEmpty();
        assertThat(outcomes)
                .extracting(outcome -> ((Outcome.NotHandedOver) outcome).pause())
                .containsExactly(Duration.ZERO, TIMEOUT, Duration.ZERO, TIMEOUT.multipliedBy(2));
    }

    @Test
    void renders_no_more_messages_than_it_makes_calls() {
        var messages = IntStream.range(0, 8).mapToObj(i -> to("user-" + i)).toList();
        var ended = new AtomicInteger();

        handOver(
                message -> {
                    // Two calls may be under way, so no third message is rendered by now.
                    int now = rendered.size();
                    assertThat(now).isLessThanOrEqualTo(ended.get() + 2);
                    ended.incrementAndGet();
                    return sent(message);
                },
                2,
                messages,
                Duration.ofMinutes(1));

        assertThat(handedOver).containsExactlyInAnyOrderElementsOf(messages);
        assertThat(ended).hasValue(8);
    }

    @Test
    void renders_nothing_for_which_no_time_is_left() {
        var outcomes =
                handOver(
                        HandOverOneByOneTest::sent,
                        10,
                        List.of(to("ada"), to("bob")),
                        TIMEOUT.minusNanos(1));

        assertThat(rendered).isEmpty();
        assertThat(outcomes).hasSize(2).hasOnlyElementsOfType(Outcome.NotHandedOver.class);
    }

    @Test
    void what_took_too_long_to_render_is_not_handed_over() {
        var slow = draft(to("ada"), () -> nanoTime.addAndGet(Duration.ofSeconds(6).toNanos()));
        var next = draft(to("ada"), () -> {});

        var outcomes =
                handOverDrafts(
                        HandOverOneByOneTest::sent,
                        10,
                        List.of(slow, next),
                        Duration.ofSeconds(10));

        assertThat(handedOver).isEmpty();
        assertThat(rendered).hasSize(1);
        assertThat(outcomes).hasOnlyElementsOfType(Outcome.NotHandedOver.class);
    }

    @Test
    void one_that_cannot_be_rendered_is_rejected_and_holds_up_nobody() {
        var broken =
                new Draft(
                        new NotificationId(UUID.randomUUID()),
                        Destination.of(tenant),
                        new Recipient.OfUser(new UserId("ada")),
                        () -> {
                            throw new TemplateException("broken");
                        });
        var faulty =
                new Draft(
                        new NotificationId(UUID.randomUUID()),
                        Destination.of(tenant),
                        new Recipient.OfUser(new UserId("ada")),
                        () -> {
                            throw new IllegalStateException("a fault of ours");
                        });
        var good = to("ada");

        var outcomes =
                handOverDrafts(
                        HandOverOneByOneTest::sent,
                        10,
                        List.of(broken, faulty, draft(good, () -> {})),
                        Duration.ofMinutes(1));

        assertThat(outcomes.subList(0, 2))
                .extracting(outcome -> ((Outcome.Rejected) outcome).reason().code())
                .containsExactly("not_renderable", "internal_error");
        assertThat(outcomes.get(2)).isEqualTo(reference(good));
    }

    @Test
    void takes_only_that_message_for_lost_over_which_the_provider_threw() {
        var bad = to("ada");
        var next = to("ada");
        var other = to("bob");

        var outcomes =
                handOver(
                        message -> {
                            if (message.equals(bad)) {
                                throw new IllegalStateException("a fault of ours");
                            }
                            return sent(message);
                        },
                        10,
                        List.of(bad, next, other),
                        Duration.ofMinutes(1));

        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Lost.class);
        assertThat(outcomes.subList(1, 3)).containsExactly(reference(next), reference(other));
    }

    @Test
    void who_has_a_message_put_off_has_the_ones_behind_it_put_off_and_nobody_else_has() {
        var first = to("ada");
        var other = to("bob");

        var outcomes =
                handOver(
                        message ->
                                message.equals(first)
                                        ? new Outcome.NotHandedOver(
                                                new Reason("busy", "Busy."), Duration.ofSeconds(9))
                                        : sent(message),
                        10,
                        List.of(first, to("ada"), other, to("ada")),
                        Duration.ofMinutes(1));

        assertThat(outcomes.get(2)).isEqualTo(reference(other));
        assertThat(outcomes.get(1))
                .isEqualTo(Outcome.NotHandedOver.behindAnother(Duration.ofSeconds(14)));
        assertThat(outcomes.get(3))
                .isEqualTo(Outcome.NotHandedOver.behindAnother(Duration.ofSeconds(19)));
    }

    @Test
    void a_host_that_fails_gets_no_more_and_another_of_the_tenant_gets_all() {
        var dead = new Destination(tenant, "dead:443");
        var drafts =
                IntStream.range(0, 10)
                        .mapToObj(i -> to("user-" + i))
                        .flatMap(message ->
                                Stream.of(
                                        draft(message, dead, () -> {}),
                                        draft(to("of " + message.recipient()), () -> {})))
                        .toList();
        var toDead =
                drafts.stream()
                        .filter(draft -> draft.destination().equals(dead))
                        .map(Draft::notification)
                        .toList();

        var outcomes =
                handOverDrafts(
                        message ->
                                toDead.contains(message.notification())
                                        ? new Outcome.Lost(new Reason("silent", "Silent."))
                                        : sent(message),
                        2,
                        drafts,
                        Duration.ofMinutes(1));

        assertThat(outcomes).filteredOn(Outcome.Sent.class::isInstance).hasSize(10);
        // One call at a time, as the other host has messages left; or two when it has none.
        assertThat(outcomes).filteredOn(Outcome.Lost.class::isInstance).hasSizeBetween(3, 4);
        assertThat(outcomes)
                .filteredOn(Outcome.NotHandedOver.class::isInstance)
                .extracting(outcome -> ((Outcome.NotHandedOver) outcome).reason().code())
                .containsOnly("breaker_open");
    }

    @Test
    void a_tenant_whose_calls_hang_leaves_the_others_their_part() {
        var others = new CountDownLatch(10);
        var other = Samples.tenant();
        var messages =
                Stream.concat(
                                IntStream.range(0, 90).mapToObj(i -> to("user-" + i)),
                                IntStream.range(0, 10).mapToObj(i -> message(other, "user-" + i)))
                        .toList();

        var outcomes =
                handOver(
                        message -> {
                            if (message.tenant().equals(other)) {
                                others.countDown();
                                return sent(message);
                            }
                            // Ends when all of the other's have been handed over.
                            await(others);
                            nanoTime.addAndGet(TIMEOUT.toNanos());
                            return new Outcome.Lost(new Reason("silent", "Silent."));
                        },
                        10,
                        messages,
                        Duration.ofMinutes(10));

        assertThat(outcomes.subList(90, 100)).hasOnlyElementsOfType(Outcome.Sent.class);
        assertThat(outcomes.subList(0, 90))
                .filteredOn(Outcome.Lost.class::isInstance)
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void no_call_begins_when_the_tenants_first_one_began_longer_ago_than_one_may_take() {
        var messages = IntStream.range(0, 6).mapToObj(i -> to("user-" + i)).toList();

        var outcomes =
                handOver(
                        message -> {
                            // Not slow for the breaker.
                            nanoTime.addAndGet(Duration.ofSeconds(2).toNanos());
                            return sent(message);
                        },
                        1,
                        messages,
                        Duration.ofMinutes(1));

        assertThat(outcomes).filteredOn(Outcome.Sent.class::isInstance).hasSize(3);
        assertThat(outcomes)
                .filteredOn(Outcome.NotHandedOver.class::isInstance)
                .containsOnly(Outcome.NotHandedOver.noTimeLeft(Duration.ZERO))
                .hasSize(3);
    }

    @Test
    void answers_in_the_order_of_the_messages() {
        var messages = Stream.of("ada", "bob", "ada", "cyd", "bob").map(this::to).toList();

        var outcomes = handOver(HandOverOneByOneTest::sent, 3, messages, Duration.ofMinutes(1));

        assertThat(outcomes)
                .containsExactlyElementsOf(
                        messages.stream().map(HandOverOneByOneTest::reference).toList());
    }

    @Test
    void tells_the_provider_how_long_it_may_take() {
        var timeouts = new CopyOnWriteArrayList<Duration>();
        Provider<Message.Inbox> provider =
                (message, timeout) -> {
                    timeouts.add(timeout);
                    return sent(message);
                };

        new HandOverOneByOne<>(provider, Message.Inbox.class, TIMEOUT, 1, breakers)
                .handOver(List.of(draft(to("ada"), () -> {})), Deadline.in(TIMEOUT, nanoTime::get));

        assertThat(timeouts).containsExactly(TIMEOUT);
    }

    /** What is done with a message. */
    private interface Taking {
        Outcome take(Message message);
    }

    /** Counts the calls under way, and gives one too many the time to show itself. */
    private static final class Calls {
        private final int allowed;
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final CyclicBarrier together;
        private final CountDownLatch tooMany = new CountDownLatch(1);

        Calls(int allowed) {
            this.allowed = allowed;
            this.together = new CyclicBarrier(allowed);
        }

        Outcome handOver(Message message) {
            int now = underWay.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            if (now > allowed) {
                tooMany.countDown();
            }
            try {
                await(together);
                var _ = tooMany.await(50, MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                underWay.decrementAndGet();
            }
            return sent(message);
        }

        int most() {
            return most.get();
        }
    }

    @Test
    @Timeout(30)
    void
            a_call_that_never_returns_is_left_behind_at_the_deadline_and_takes_nothing_from_the_others() {
        var forEver = new CountDownLatch(1);
        var messages = List.of(to("ada"), to("ada"), to("bob"));

        var outcomes =
                new HandOverOneByOne<Message.Inbox>(
                                (message, _) -> {
                                    handedOver.add(message);
                                    if (message.equals(messages.getFirst())) {
                                        neverReturns(forEver);
                                    }
                                    return sent(message);
                                },
                                Message.Inbox.class,
                                Duration.ofMillis(100),
                                10,
                                breakers)
                        .handOver(
                                messages.stream().map(message -> draft(message, () -> {})).toList(),
                                Deadline.in(Duration.ofSeconds(1), System::nanoTime));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Lost.class);
        // It was behind the one that hangs, so it is certain that nobody has it.
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.NotHandedOver.class);
        assertThat(outcomes.get(2)).isEqualTo(sent(messages.get(2)));

        forEver.countDown();
        assertThat(handedOver).containsExactlyInAnyOrder(messages.get(0), messages.get(2));
    }

    /** Whoever interrupts it. */
    private static void neverReturns(CountDownLatch forEver) {
        while (true) {
            try {
                forEver.await();
                return;
            } catch (InterruptedException _) {
                // That is the point.
            }
        }
    }

    private List<Outcome> handOver(
            Taking taking, int parallel, List<Message> messages, Duration left) {
        return handOverDrafts(
                taking,
                parallel,
                messages.stream().map(message -> draft(message, () -> {})).toList(),
                left);
    }

    private Draft draft(Message message, Runnable rendering) {
        return draft(message, Destination.of(message.tenant()), rendering);
    }

    private Draft draft(Message message, Destination destination, Runnable rendering) {
        return new Draft(
                message.notification(),
                destination,
                message.recipient(),
                () -> {
                    rendering.run();
                    rendered.add(message);
                    return message;
                });
    }

    private List<Outcome> handOverDrafts(
            Taking taking, int parallel, List<Draft> drafts, Duration left) {
        Provider<Message.Inbox> provider =
                (message, _) -> {
                    handedOver.add(message);
                    return taking.take(message);
                };
        return new HandOverOneByOne<>(provider, Message.Inbox.class, TIMEOUT, parallel, breakers)
                .handOver(drafts, Deadline.in(left, nanoTime::get));
    }

    private static Outcome sent(Message message) {
        return reference(message);
    }

    private static Outcome reference(Message message) {
        return new Outcome.Sent(message.notification().value().toString());
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, SECONDS)) {
                throw new IllegalStateException("the others wait");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private Message to(String user) {
        return message(tenant, user);
    }

    private static Message message(TenantId tenant, String user) {
        return new Message.Inbox(
                new NotificationId(UUID.randomUUID()),
                tenant,
                new UserId(user),
                new RenderedMessage.Inbox("title", null));
    }
}
