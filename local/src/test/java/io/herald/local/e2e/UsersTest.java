package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Users who change and go, while they are written to. */
class UsersTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    private final Stack stack = Stack.current();
    private final Api api = stack.newTenant().api();

    @Test
    void what_was_accepted_for_a_deleted_user_fails_and_its_timeline_says_why() {
        api.put("/v1/users/ada", "{\"email\": \"ada@example.com\"}").expect(201);
        api.put("/v1/templates/order-shipped", Stack.ORDER_SHIPPED).expect(201);
        stack.pauseDelivery("email");
        String id;
        try {
            id = api.send("ada", "email", "order-shipped", "{\"order\": \"G-1\"}");
            api.call("DELETE", "/v1/users/ada", null).expect(204);
        } finally {
            stack.resumeDelivery("email");
        }

        assertThat(api.settled(id, SOON)).isEqualTo("FAILED");
        var newest = api.get("/v1/users/ada/events").expect(200).body().at("/data/0");
        assertThat(newest.path("notificationId").asText()).isEqualTo(id);
        assertThat(newest.at("/reason/code").asText()).isEqualTo("user_gone");
        assertThat(stack.mailsAbout(id)).isEmpty();
        api.get("/v1/users/ada").expect(404);
    }

    @Test
    void concurrent_patches_lose_nothing() throws Exception {
        api.put("/v1/users/ada", "{}").expect(201);
        var patches = new ArrayList<Callable<Api.Answer>>();
        for (int i = 0; i < 20; i++) {
            var patch = "{\"attributes\": {\"n%d\": %d}}".formatted(i, i);
            patches.add(() -> api.call("PATCH", "/v1/users/ada", patch));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(patches)) {
                answer.get().expect(200);
            }
        }

        assertThat(api.get("/v1/users/ada").expect(200).body().path("attributes")).hasSize(20);
    }
}
