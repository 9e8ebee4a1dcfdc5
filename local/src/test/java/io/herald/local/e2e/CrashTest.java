package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that ends between two steps loses nothing, and sends nothing twice in silence. */
class CrashTest {

    private static final Duration SOON = Stack.LEASE.plusSeconds(30);

    private final Stack stack = Stack.current();
    private Stack.TestTenant tenant = stack.newTenant();
    private Api api = tenant.api();

    @BeforeEach
    void a_tenant_with_a_user_and_a_template() {
        tenant = stack.newTenantWithAda();
        api = tenant.api();
    }

    @Test
    void after_the_commit_and_before_the_publication() {
        CrashingProcess.crash(
                stack, CrashingProcess.Point.AFTER_COMMIT_BEFORE_PUBLISH, tenant.id(), "ada");

        var accepted = api.get("/v1/notifications?userId=ada").expect(200).body().path("data");
        assertThat(accepted).hasSize(1);
        var id = accepted.get(0).path("id").asText();
        assertThat(api.settled(id, SOON)).isEqualTo("SENT");
        assertThat(stack.mailsAbout(id)).hasSize(1);
        assertThat(stack.count("SELECT count(*) FROM outbox WHERE first_id = '" + id + "'"))
                .isZero();
    }

    @Test
    void after_the_publication_and_before_the_outbox_row_is_deleted() {
        CrashingProcess.crash(
                stack, CrashingProcess.Point.AFTER_PUBLISH_BEFORE_DELETE, tenant.id(), "ada");

        var accepted = api.get("/v1/notifications?userId=ada").expect(200).body().path("data");
        assertThat(accepted).hasSize(1);
        var id = accepted.get(0).path("id").asText();
        assertThat(api.settled(id, SOON)).isEqualTo("SENT");
        Api.await(
                () -> stack.count("SELECT count(*) FROM outbox WHERE first_id = '" + id + "'"),
                rows -> rows == 0,
                SOON,
                () -> "the row is still there");
        // The relay could not know, and published it once more; it lost against the first.
        assertThat(stack.recordsAbout("herald.email", id)).isEqualTo(2);
        handOverAnotherTo("email");
        assertThat(stack.mailsAbout(id)).hasSize(1);
        assertThat(kindsOf(id)).containsExactly("accepted", "claimed", "sent");
    }

    @Test
    void after_the_claim_and_before_the_hand_over() {
        stack.pauseDelivery("email");
        String id;
        try {
            id = api.send("ada", "email", "order-shipped", "{\"order\": \"crash\"}");
            CrashingProcess.crash(
                    stack, CrashingProcess.Point.AFTER_CLAIM_BEFORE_HAND_OVER, tenant.id(), id);
            assertThat(api.statusOf(id)).isEqualTo("SENDING");
        } finally {
            stack.resumeDelivery("email");
        }

        assertThat(api.settled(id, SOON)).isEqualTo("SENT");
        assertThat(stack.mailsAbout(id)).hasSize(1);
        assertThat(kindsOf(id))
                .containsExactly("accepted", "claimed", "lost", "released", "claimed", "sent");
    }

    @Test
    void after_the_hand_over_and_before_the_record() {
        stack.pauseDelivery("inbox");
        String id;
        try {
            id = api.send("ada", "inbox", "order-shipped", "{\"order\": \"crash\"}");
            CrashingProcess.crash(
                    stack, CrashingProcess.Point.AFTER_HAND_OVER_BEFORE_RECORD, tenant.id(), id);
        } finally {
            stack.resumeDelivery("inbox");
        }

        assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
        assertThat(kindsOf(id))
                .containsExactly("accepted", "claimed", "lost", "released", "claimed", "delivered");
        var attempts =
                StreamSupport.stream(api.eventsOf(id).spliterator(), false)
                        .map(event -> event.path("attempt").asInt())
                        .toList();
        assertThat(attempts).containsExactly(0, 1, 1, 1, 2, 2);
        assertThat(api.get("/v1/users/ada/inbox").body().path("data")).hasSize(1);
    }

    @Test
    void after_the_record_and_before_the_commit_of_the_batch() {
        stack.pauseDelivery("email");
        String id;
        try {
            id = api.send("ada", "email", "order-shipped", "{\"order\": \"crash\"}");
            CrashingProcess.crash(
                    stack, CrashingProcess.Point.AFTER_RECORD_BEFORE_COMMIT, tenant.id(), id);
            assertThat(api.statusOf(id)).isEqualTo("SENT");
        } finally {
            // Nothing was committed, so the batch comes again.
            stack.resumeDelivery("email");
        }

        handOverAnotherTo("email");
        assertThat(stack.mailsAbout(id)).hasSize(1);
        assertThat(kindsOf(id)).containsExactly("accepted", "claimed", "sent");
    }

    /** On the same partition: when it is settled, all that lay there before has been dealt with. */
    private void handOverAnotherTo(String lane) {
        var next = api.send("ada", lane, "order-shipped", "{\"order\": \"next\"}");
        assertThat(api.settled(next, SOON)).isEqualTo("SENT");
    }

    private List<String> kindsOf(String id) {
        return StreamSupport.stream(api.eventsOf(id).spliterator(), false)
                .map(event -> event.path("kind").asText())
                .toList();
    }
}
