package io.herald.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.NotificationIds;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link Inbox} keeps to. */
public abstract class InboxContract {
    private static final UserId ADA = new UserId("ada");

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void messages_come_newest_first_page_by_page() {
        var messages = new ArrayList<InboxMessage>();
        for (int i = 0; i < 5; i++) {
            messages.add(message(tenant, ADA, "title " + i, i % 2 == 0 ? null : "body"));
            store().clock().advance(Duration.ofDays(3));
        }
        store().inbox().add(messages);
        var newestFirst = messages.reversed();

        assertThat(store().inbox().list(tenant, ADA, null, 2)).isEqualTo(newestFirst.subList(0, 2));
        assertThat(store().inbox().list(tenant, ADA, newestFirst.get(1).notification(), 9))
                .isEqualTo(newestFirst.subList(2, 5));
    }

    @Test
    void a_feed_is_one_users_of_one_tenant() {
        store().inbox()
                .add(
                        List.of(
                                message(tenant, new UserId("bob"), "bob's", null),
                                message(Samples.tenant(), ADA, "other's", null)));

        assertThat(store().inbox().list(tenant, ADA, null, 9)).isEmpty();
    }

    @Test
    void a_message_that_is_there_already_stays_as_it_is() {
        var first = message(tenant, ADA, "first", null);
        var again = new InboxMessage(tenant, first.notification(), ADA, "again", "body");
        store().inbox().add(List.of(first));

        store().inbox().add(List.of(again, again));
        store().inbox().add(List.of());

        assertThat(store().inbox().list(tenant, ADA, null, 9)).containsExactly(first);
    }

    @Test
    void any_text_is_kept_but_for_nul() {
        var message = message(tenant, ADA, Samples.ODD_TEXT, "a\0b");

        store().inbox().add(List.of(message));

        assertThat(store().inbox().list(tenant, ADA, null, 9))
                .containsExactly(
                        new InboxMessage(
                                tenant, message.notification(), ADA, Samples.ODD_TEXT, "ab"));
    }

    private InboxMessage message(TenantId owner, UserId user, String title, @Nullable String body) {
        var id = new NotificationIds(store().clock(), new Random()).consecutive(1).getFirst();
        return new InboxMessage(owner, id, user, title, body);
    }
}
