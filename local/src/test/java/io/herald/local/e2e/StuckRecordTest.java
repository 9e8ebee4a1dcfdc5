package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.Outcome;
import io.herald.catalog.Catalog;
import io.herald.catalog.FunctionDeclaration;
import io.herald.catalog.Trigger;
import io.herald.delivery.Breakers;
import io.herald.delivery.HandOver;
import io.herald.delivery.HandOverOneByOne;
import io.herald.delivery.Message;
import io.herald.lambda.DeliveryHandler;
import io.herald.local.lambda.FunctionEnvironments;
import io.herald.local.poller.EventSourceMapping;
import io.herald.local.poller.KafkaPoller;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.wiring.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * One notification whose hand-over never returns, whoever interrupts it: it ends, and so does what
 * lies behind it on its partition. The lane has one environment here, so whatever holds it up holds
 * up all.
 */
class StuckRecordTest {

    private static final String LANE = "email";
    private static final Duration SOON = Stack.LEASE.multipliedBy(4).plusSeconds(40);

    private final Stack stack = Stack.current();
    private final Api api = stack.newTenantWithAda().api();
    private final Set<String> stuck = ConcurrentHashMap.newKeySet();
    private final List<String> handedOver = new CopyOnWriteArrayList<>();
    private final CountDownLatch forEver = new CountDownLatch(1);
    private final List<AutoCloseable> running = new ArrayList<>();

    @BeforeEach
    void the_lane_of_the_stack_is_ours() {
        stack.pauseDelivery(LANE);
        api.put("/v1/categories/once", "{\"guarantee\": \"atMostOnce\"}").expect(201);
    }

    @AfterEach
    void give_it_back() throws Exception {
        forEver.countDown();
        for (var part : running) {
            part.close();
        }
        stack.resumeDelivery(LANE);
    }

    @Test
    void a_call_that_hangs_ends_with_its_lease_and_takes_no_outcome_from_the_others() {
        var first = send(null);
        var last = send("once");
        stuck.addAll(List.of(first, last));
        var others = List.of(send("bob"), send("bob"), send("bob"));

        deliverWith(
                new HandOverOneByOne<>(
                        (message, _) -> handOver(message.notification()),
                        Message.Email.class,
                        Duration.ofSeconds(1),
                        50,
                        new Breakers(Duration.ofSeconds(1), System::nanoTime, new Random())));

        for (var id : others) {
            assertThat(api.settled(id, SOON)).isEqualTo("SENT");
            assertThat(kindsOf(id)).containsExactly("accepted", "claimed", "sent");
        }
        // The same person's, so that it waits for its turn.
        var behind = send(null);
        assertThat(api.settled(behind, SOON)).isEqualTo("SENT");
        // Once more, as its category allows; or never again, where it does not.
        assertThat(api.settled(first, SOON)).isEqualTo("SENT");
        assertThat(kindsOf(first))
                .containsExactly("accepted", "claimed", "lost", "released", "claimed", "sent");
        assertThat(api.settled(last, SOON)).isEqualTo("UNKNOWN");
        assertThat(handedOver).filteredOn(last::equals).hasSize(1);
    }

    @Test
    void a_function_that_hangs_is_given_up_and_its_batch_comes_again() {
        var first = send("once");
        stuck.add(first);
        var beside = send(null);

        deliverWith((drafts, _) ->
                drafts.stream().map(draft -> handOver(draft.notification())).toList());

        assertThat(api.settled(first, SOON)).isEqualTo("UNKNOWN");
        assertThat(handedOver).filteredOn(first::equals).hasSize(1);
        assertThat(api.settled(beside, SOON)).isEqualTo("SENT");
        assertThat(handedOver).filteredOn(beside::equals).hasSize(1);
        var behind = send(null);
        assertThat(api.settled(behind, SOON)).isEqualTo("SENT");
    }

    private Outcome handOver(NotificationId notification) {
        var id = notification.toString();
        handedOver.add(id);
        while (stuck.contains(id) && forEver.getCount() > 0 && isFirst(id)) {
            try {
                forEver.await();
            } catch (InterruptedException _) {
                // Whoever interrupts it: that is the point.
            }
        }
        return new Outcome.Sent(null);
    }

    private boolean isFirst(String id) {
        return handedOver.stream().filter(id::equals).count() == 1;
    }

    /** To ada, under a category, or to bob, who is another. */
    private String send(@Nullable String special) {
        var user = "bob".equals(special) ? "bob" : "ada";
        if (user.equals("bob")) {
            api.put("/v1/users/bob", "{\"email\": \"bob@example.com\"}");
        }
        var category = "once".equals(special) ? ", \"category\": \"once\"" : "";
        return api.post(
                        "/v1/notifications",
                        """
                        {"userId": "%s", "channels": ["email"], "template": "order-shipped",
                         "payload": {"order": "S-1"}%s}\
                        """
                                .formatted(user, category))
                .expect(202)
                .body()
                .at("/data/0/id")
                .asText();
    }

    private List<String> kindsOf(String id) {
        return StreamSupport.stream(api.eventsOf(id).spliterator(), false)
                .map(event -> event.path("kind").asText())
                .toList();
    }

    /** The lane's function as the catalog has it, but for what it hands over to and its timeout. */
    private void deliverWith(HandOver handOver) {
        var declared =
                Catalog.FUNCTIONS.stream()
                        .filter(each -> each.name().equals("deliver-" + LANE))
                        .findFirst()
                        .orElseThrow();
        var function =
                new FunctionDeclaration(
                        declared.name(),
                        declared.handler(),
                        declared.memoryMegabytes(),
                        Stack.LEASE.plusSeconds(3),
                        1,
                        declared.trigger());
        var environments =
                new FunctionEnvironments(
                        function,
                        stack.environment(),
                        (_, environment) -> {
                            var wiring = new Wiring(environment);
                            return new DeliveryHandler(
                                    wiring.deliverBatch(Map.of(Channel.EMAIL, handOver)),
                                    wiring::close);
                        },
                        1);
        var poller =
                KafkaPoller.start(
                        EventSourceMapping.of(function, (Trigger.Topic) function.trigger(), 1),
                        stack.servers().kafka().bootstrapServers(),
                        environments);
        running.add(poller);
        running.add(environments);
    }
}
