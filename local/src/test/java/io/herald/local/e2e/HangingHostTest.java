package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.local.outside.WebhookReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A tenant whose endpoint hangs, and one beside it in the same batches. */
class HangingHostTest {

    private static final int USERS = 60;
    private static final Duration MOMENT = Duration.ofSeconds(6);
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Stack stack = Stack.current();

    @Test
    void a_webhook_that_hangs_costs_another_tenant_nothing_and_gets_its_own_when_it_is_healed() {
        var path = "/hangs-" + System.nanoTime();
        stack.webhookAnswers(
                path, new WebhookReceiver.Answer(204, Duration.ofSeconds(30), Optional.empty()));
        var hanging = stack.newTenantWithAda().api();
        for (int i = 0; i < USERS; i++) {
            hanging.put(
                            "/v1/users/user-" + i,
                            "{\"webhookUrl\": \"%s\"}"
                                    .formatted(stack.webhookUrl() + path.substring(1)))
                    .expect(201);
        }
        var other = stack.newTenantWithAda().api();
        var ofHanging = new ArrayList<String>();
        var ofOther = new ArrayList<String>();
        stack.pauseDelivery("webhook");
        try {
            for (int i = 0; i < USERS; i++) {
                ofHanging.add(
                        hanging.send(
                                "user-" + i, "webhook", "order-shipped", "{\"order\": \"H\"}"));
            }
            for (int i = 0; i < 5; i++) {
                ofOther.add(other.send("ada", "webhook", "order-shipped", "{\"order\": \"O\"}"));
            }
        } finally {
            stack.resumeDelivery("webhook");
        }

        Api.await(
                () -> ofOther.stream().filter(id -> stack.webhooksAbout(id).isEmpty()).toList(),
                List::isEmpty,
                MOMENT,
                () -> "the other tenant's webhooks wait");
        Api.await(
                () -> ofHanging.stream().anyMatch(id -> wasPutOff(hanging, id)),
                putOff -> putOff,
                SOON,
                () -> "nothing was put off");
        assertThat(ofHanging).noneMatch(id -> hanging.statusOf(id).equals("DELIVERED"));

        stack.webhookAnswers(path, WebhookReceiver.Answer.ofStatus(204));

        for (var id : ofHanging) {
            assertThat(hanging.settled(id, SOON)).isEqualTo("DELIVERED");
        }
    }

    private static boolean wasPutOff(Api api, String id) {
        return api.eventsOf(id).toString().contains("breaker_open");
    }
}
