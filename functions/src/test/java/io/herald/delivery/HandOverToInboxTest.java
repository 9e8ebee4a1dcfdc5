package io.herald.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.contract.Samples;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.RenderedMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HandOverToInboxTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TenantId tenant = Samples.tenant();
    private final List<InboxMessage> feed = new ArrayList<>();
    private final AtomicLong nanoTime = new AtomicLong();
    private Duration left = Duration.ofSeconds(30);
    private int rendered;

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
    void while_the_store_is_away_it_is_not_known_whether_it_took_them() {
        var outcomes =
                handOver(
                        _ -> {
                            throw new StoreUnavailableException("gone", new SQLException("gone"));
                        },
                        "one",
                        "two");

        assertThat(outcomes).hasSize(2).hasOnlyElementsOfType(Outcome.Lost.class);
    }

    @Test
    void no_more_of_them_are_rendered_than_an_insert_takes() {
        var longest = "x".repeat(500_000);
        var inserts = new ArrayList<Integer>();

        var outcomes =
                handOver(
                        messages -> {
                            inserts.add(messages.size());
                            // All that is rendered so far is here, or was before.
                            feed.addAll(messages);
                            assertThat(feed).hasSize(rendered);
                        },
                        Collections.nCopies(7, longest).toArray(String[]::new));

        assertThat(inserts).containsExactly(3, 3, 1);
        assertThat(outcomes).hasSize(7).containsOnly(new Outcome.Delivered(null));
    }

    @Test
    void what_has_no_time_left_is_not_rendered_and_counts_no_attempt() {
        left = Duration.ofSeconds(12);
        var longest = "x".repeat(600_000);

        var outcomes =
                handOver(
                        messages -> {
                            nanoTime.addAndGet(Duration.ofSeconds(4).toNanos());
                            feed.addAll(messages);
                        },
                        // 12 s are left, then 8 s, then 4 s, which is too little.
                        Collections.nCopies(8, longest).toArray(String[]::new));

        assertThat(rendered).isEqualTo(4);
        assertThat(feed).hasSize(4);
        assertThat(outcomes.subList(0, 4)).containsOnly(new Outcome.Delivered(null));
        assertThat(outcomes.subList(4, 8))
                .containsOnly(Outcome.NotHandedOver.noTimeLeft(Duration.ZERO));
    }

    @Test
    void what_was_rendered_too_late_is_not_handed_over() {
        left = TIMEOUT;
        Draft slow = draft("late", () -> nanoTime.addAndGet(1));

        var outcomes = handOver(feed::addAll, List.of(slow));

        assertThat(feed).isEmpty();
        assertThat(outcomes).containsExactly(Outcome.NotHandedOver.noTimeLeft(Duration.ZERO));
    }

    @Test
    void one_that_cannot_be_rendered_leaves_the_others_in_their_places() {
        var broken =
                draft(
                        "broken",
                        () -> {
                            throw new IllegalStateException("a fault of ours");
                        });

        var outcomes =
                handOver(
                        feed::addAll,
                        List.of(draft("one", () -> {}), broken, draft("two", () -> {})));

        assertThat(outcomes.get(0)).isEqualTo(new Outcome.Delivered(null));
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Rejected.class);
        assertThat(outcomes.get(2)).isEqualTo(new Outcome.Delivered(null));
        assertThat(feed).extracting(InboxMessage::title).containsExactly("one", "two");
    }

    private interface Adding {
        void add(List<InboxMessage> messages);
    }

    private List<Outcome> handOver(Adding adding, String... titles) {
        return handOver(
                adding, Arrays.stream(titles).map(title -> draft(title, () -> {})).toList());
    }

    private Draft draft(String title, Runnable rendering) {
        var id = new NotificationId(UUID.randomUUID());
        var user = new UserId("ada");
        return new Draft(
                id,
                Destination.of(tenant),
                new Recipient.OfUser(user),
                () -> {
                    rendering.run();
                    rendered++;
                    return new Message.Inbox(
                            id, tenant, user, new RenderedMessage.Inbox(title, null));
                });
    }

    private List<Outcome> handOver(Adding adding, List<Draft> drafts) {
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
        return new HandOverToInbox(inbox, TIMEOUT)
                .handOver(drafts, Deadline.in(left, nanoTime::get));
    }
}
