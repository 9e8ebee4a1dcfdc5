package io.herald.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.attempt.Terms;
import io.herald.contract.Samples;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.outbox.OutboxRow;
import io.herald.submission.Notification;
import io.herald.template.Wording;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link DueWork} keeps to. */
public abstract class DueWorkContract {
    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void what_is_due_comes_longest_due_first_and_no_more_than_asked_for() {
        var first = accepted();
        var second = accepted();
        var third = accepted();
        watch(third, 0, Store.START.plusSeconds(3));
        watch(first, 0, Store.START.plusSeconds(1));
        watch(second, 0, Store.START.plusSeconds(2));

        assertThat(notifications(due(Store.START.plusSeconds(2)))).containsExactly(first, second);
        assertThat(notifications(store().dueWork().due(Store.START.plusSeconds(9), 2).rows()))
                .containsExactly(first, second);
        assertThat(due(Store.START)).isEmpty();
    }

    @Test
    void a_row_says_where_its_notification_stands() {
        var notification =
                new Notification(
                        tenant,
                        id(),
                        new Recipient.OfUser(new UserId("ada")),
                        Channel.INBOX,
                        Lane.URGENT,
                        new Wording.OfTemplate("t", 1),
                        "security",
                        Guarantee.AT_MOST_ONCE,
                        Samples.object(),
                        null,
                        null,
                        new Timing(null, Store.START.plusSeconds(60)));
        store().notifications().accept(List.of(notification));
        var id = notification.id();
        var terms =
                new Terms(
                        Channel.INBOX,
                        Guarantee.AT_MOST_ONCE,
                        Store.START,
                        Store.START.plusSeconds(60));
        watch(id, 1, Store.START);
        assertThat(due(Store.START))
                .containsExactly(new DueRow(tenant, id, 1, Lane.URGENT, terms, null));

        append(Samples.sending(clock(), id, 1, Store.START.plusSeconds(1)));
        append(Samples.sent(clock(), id, 2));

        assertThat(due(Store.START))
                .containsExactly(
                        new DueRow(
                                tenant, id, 1, Lane.URGENT, terms, Samples.sent(clock(), id, 2)));
    }

    @Test
    void a_row_that_is_there_already_keeps_its_time() {
        var id = accepted();
        watch(id, 1, Store.START.plusSeconds(1));

        watch(id, 1, Store.START.plusSeconds(9));
        watch(id, 2, Store.START.plusSeconds(9));

        assertThat(due(Store.START.plusSeconds(1))).hasSize(1);
        assertThat(due(Store.START.plusSeconds(9))).hasSize(2);
    }

    @Test
    void settling_deletes_rows_and_writes_others() {
        var gone = accepted();
        var moved = accepted();
        var stays = accepted();
        watch(gone, 1, Store.START);
        watch(moved, 1, Store.START);
        watch(stays, 1, Store.START);

        store().dueWork()
                .settle(
                        List.of(new DueWork.Key(gone, 1), new DueWork.Key(moved, 1)),
                        List.of(new DueWork.Watch(tenant, moved, 3, Store.START.plusSeconds(5))));

        assertThat(notifications(due(Store.START))).containsExactly(stays);
        assertThat(due(Store.START.plusSeconds(5)).stream().map(DueRow::sequence))
                .containsExactly(1, 3);
    }

    @Test
    void a_row_written_in_the_place_of_itself_gets_the_new_time() {
        var id = accepted();
        var deletedToo = accepted();
        watch(id, 1, Store.START);
        watch(deletedToo, 1, Store.START);

        store().dueWork()
                .settle(
                        List.of(new DueWork.Key(deletedToo, 1)),
                        List.of(
                                new DueWork.Watch(tenant, id, 1, Store.START.plusSeconds(5)),
                                new DueWork.Watch(
                                        tenant, deletedToo, 1, Store.START.plusSeconds(6))));

        assertThat(due(Store.START)).isEmpty();
        assertThat(notifications(due(Store.START.plusSeconds(6)))).containsExactly(id, deletedToo);
    }

    @Test
    void settling_nothing_does_nothing() {
        store().dueWork().settle(List.of(), List.of());
        store().dueWork().watch(List.of());
        store().dueWork().republish(List.of(), Store.START);

        assertThat(due(Store.START)).isEmpty();
    }

    @Test
    void what_was_never_claimed_is_published_as_at_acceptance_and_looked_at_again() {
        var id = accepted();
        watch(id, 0, Store.START);

        store().dueWork().republish(due(Store.START), Store.START.plusSeconds(600));

        assertThat(outbox()).containsExactly(new OutboxRow(tenant, Lane.EMAIL, id, id, 0, 1, 1));
        assertThat(due(Store.START.plusSeconds(600).minusMillis(1))).isEmpty();
        assertThat(due(Store.START.plusSeconds(600))).hasSize(1);
    }

    @Test
    void what_was_released_is_published_under_its_release_and_watched_under_it() {
        var id = accepted();
        append(Samples.sending(clock(), id, 1, Store.START));
        append(Samples.released(clock(), id, 2));
        watch(id, 1, Store.START);

        store().dueWork().republish(due(Store.START), Store.START.plusSeconds(600));

        assertThat(outbox()).containsExactly(new OutboxRow(tenant, Lane.EMAIL, id, id, 2, 2, 1));
        assertThat(due(Store.START.plusSeconds(600)))
                .singleElement()
                .extracting(DueRow::sequence)
                .isEqualTo(2);
    }

    @Test
    void an_outbox_row_that_waits_already_stays_as_it_is() {
        var id = accepted();
        watch(id, 0, Store.START);
        store().dueWork().republish(due(Store.START), Store.START);
        store().outbox().lease(Store.START, Duration.ofSeconds(60), 10, Long.MAX_VALUE);

        store().dueWork().republish(due(Store.START), Store.START.plusSeconds(600));

        assertThat(
                        store().outbox()
                                .lease(
                                        Store.START.plusSeconds(59),
                                        Duration.ZERO,
                                        10,
                                        Long.MAX_VALUE))
                .isEmpty();
        assertThat(
                        store().outbox()
                                .lease(
                                        Store.START.plusSeconds(60),
                                        Duration.ZERO,
                                        10,
                                        Long.MAX_VALUE))
                .singleElement()
                .extracting(OutboxRow::tries)
                .isEqualTo(2);
    }

    @Test
    void a_row_without_a_notification_is_told_apart_and_counts() {
        var gone = Samples.submission(clock(), tenant, new UserId("ada"), 1).getFirst().id();
        store().dueWork().watch(List.of(new DueWork.Watch(tenant, gone, 3, Store.START)));

        assertThat(store().dueWork().due(Store.START, 10))
                .isEqualTo(new DueWork.Helping(List.of(), List.of(new DueWork.Key(gone, 3))));
    }

    private List<DueRow> due(Instant now) {
        return store().dueWork().due(now, 1000).rows();
    }

    private List<OutboxRow> outbox() {
        return store().outbox()
                .lease(clock().instant(), Duration.ofSeconds(60), 1000, Long.MAX_VALUE);
    }

    private static List<NotificationId> notifications(List<DueRow> rows) {
        return rows.stream().map(DueRow::notification).toList();
    }

    private void watch(NotificationId id, int sequence, Instant dueAt) {
        store().dueWork().watch(List.of(new DueWork.Watch(tenant, id, sequence, dueAt)));
    }

    private NotificationId accepted() {
        var notifications = Samples.submission(clock(), tenant, new UserId("ada"), 1);
        store().notifications().accept(notifications);
        store().outbox().deleteSubmissions(List.of(notifications.getFirst().id()));
        return notifications.getFirst().id();
    }

    private NotificationId id() {
        return new NotificationIds(clock(), new Random()).consecutive(1).getFirst();
    }

    private void append(Event event) {
        store().timeline().append(List.of(Transition.of(tenant, event)));
    }

    private SettableClock clock() {
        return store().clock();
    }
}
