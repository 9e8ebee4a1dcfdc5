package io.herald.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.contract.Samples;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.NotificationId;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.RenderedMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HandOverToInboxTest {

    private final TenantId tenant = Samples.tenant();
    private final List<InboxMessage> feed = new ArrayList<>();

    @Test
    void all_are_added_at_once() {
        assertThat(handOver(feed::addAll, "one", "two"))
                .containsExactly(new Outcome.Delivered(null), new Outcome.Delivered(null));
        assertThat(feed).extracting(InboxMessage::title).containsExactly("one", "two");
    }

    @Test
    void one_that_the_store_refuses_takes_none_of_the_others_with_it() {
        var outcomes =
                handOver(
                        messages -> {
                            if (messages.stream().anyMatch(one -> one.title().equals("bad"))) {
                                throw new IllegalArgumentException("a row is to blame");
                            }
                            feed.addAll(messages);
                        },
                        "one",
                        "bad",
                        "two");

        assertThat(outcomes.get(0)).isEqualTo(new Outcome.Delivered(null));
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Rejected.class);
        assertThat(outcomes.get(2)).isEqualTo(new Outcome.Delivered(null));
        assertThat(feed).extracting(InboxMessage::title).containsExactly("one", "two");
    }

    @Test
    void while_the_store_is_away_nothing_counts_as_an_attempt() {
        var outcomes =
                handOver(
                        _ -> {
                            throw new StoreUnavailableException("gone", new SQLException("gone"));
                        },
                        "one",
                        "two");

        assertThat(outcomes).hasSize(2).hasOnlyElementsOfType(Outcome.NotHandedOver.class);
    }

    private interface Adding {
        void add(List<InboxMessage> messages);
    }

    private List<Outcome> handOver(Adding adding, String... titles) {
        var inbox =
                new Inbox() {
                    @Override
                    public void add(List<InboxMessage> messages) {
                        adding.add(messages);
                    }

                    @Override
                    public List<InboxMessage> list(
                            TenantId owner,
                            UserId user,
                            @Nullable NotificationId before,
                            int limit) {
                        return List.of();
                    }
                };
        var messages = new ArrayList<Message>();
        for (var title : titles) {
            messages.add(
                    new Message.Inbox(
                            new NotificationId(UUID.randomUUID()),
                            tenant,
                            new UserId("ada"),
                            new RenderedMessage.Inbox(title, null)));
        }
        return new HandOverToInbox(inbox)
                .handOver(messages, Deadline.in(Duration.ofSeconds(30), () -> 0));
    }
}
