package io.herald.submission;

import static io.herald.contract.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Recipient;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.outbox.OutboxRow;
import io.herald.template.TemplateContent;
import io.herald.template.Wording;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link Notifications} keeps to. */
public abstract class NotificationsContract {
    private static final UserId ADA = new UserId("ada");

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void a_notification_comes_back_as_it_was_accepted() {
        var notification =
                new Notification(
                        tenant,
                        id(),
                        new Recipient.OfUser(new UserId("ünï-\ud83d\ude80 'quoted' \\ {a,b}")),
                        Channel.WEBHOOK,
                        Lane.URGENT,
                        new Wording.OfTemplate("order-shipped", 7),
                        "security",
                        Guarantee.AT_MOST_ONCE,
                        payload(),
                        object().put("cart", "9"),
                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        store().notifications().accept(List.of(notification));

        var found = store().notifications().find(tenant, notification.id()).orElseThrow();
        assertThat(found.notification()).isEqualTo(notification);
        assertThat(found.newest()).isNull();
        assertThat(found.status()).isEqualTo(Status.PENDING);
        // Equal objects may still differ in the order of their fields.
        assertThat(found.notification().payload().toString())
                .isEqualTo(notification.payload().toString());
    }

    @Test
    void one_to_an_address_with_words_of_its_own_comes_back_as_it_was_accepted() {
        var notification =
                new Notification(
                        tenant,
                        id(),
                        new Recipient.At("ada@example.com"),
                        Channel.EMAIL,
                        Lane.EMAIL,
                        new Wording.Own(
                                new TemplateContent(
                                        new TemplateContent.Email(
                                                "Subject", "{{text}}", Samples.ODD_TEXT),
                                        null,
                                        null,
                                        Set.of(),
                                        "transactional")),
                        "transactional",
                        Guarantee.AT_LEAST_ONCE,
                        payload(),
                        null,
                        null);

        store().notifications().accept(List.of(notification));

        assertThat(
                        store().notifications()
                                .find(tenant, notification.id())
                                .orElseThrow()
                                .notification())
                .isEqualTo(notification);
        var rows =
                store().outbox()
                        .lease(
                                Store.START.plusSeconds(60),
                                Duration.ofSeconds(1),
                                10,
                                Long.MAX_VALUE);
        assertThat(store().outbox().records(rows).get(rows.getFirst()))
                .containsExactly(notification.asFirstRecord());
    }

    @Test
    void what_need_not_be_there_stays_absent() {
        var notification = accepted(1).getFirst();

        var found = store().notifications().find(tenant, notification.id()).orElseThrow();

        assertThat(found.notification().metadata()).isNull();
        assertThat(found.notification().traceparent()).isNull();
    }

    @Test
    void a_notification_stands_where_its_newest_event_says() {
        var notification = accepted(1).getFirst();
        append(Samples.sending(store().clock(), notification.id(), 1, null));
        append(Samples.sent(store().clock(), notification.id(), 2));

        var found = store().notifications().find(tenant, notification.id()).orElseThrow();

        assertThat(found.newest()).isEqualTo(Samples.sent(store().clock(), notification.id(), 2));
        assertThat(found.status()).isEqualTo(Status.SENT);
    }

    @Test
    void another_tenants_notification_is_not_found() {
        var notification = accepted(1).getFirst();

        assertThat(store().notifications().find(Samples.tenant(), notification.id())).isEmpty();
        assertThat(store().notifications().find(tenant, id())).isEmpty();
    }

    @Test
    void a_submission_waits_in_the_outbox_as_one_row_after_its_grace() {
        var accepted = accepted(1000);
        var grace = store().clock().instant().plus(Store.GRACE);

        assertThat(
                        store().outbox()
                                .lease(
                                        grace.minusMillis(1),
                                        Duration.ofSeconds(1),
                                        10,
                                        Long.MAX_VALUE))
                .isEmpty();
        assertThat(store().outbox().lease(grace, Duration.ofSeconds(1), 10, Long.MAX_VALUE))
                .containsExactly(
                        new OutboxRow(
                                tenant,
                                Lane.EMAIL,
                                accepted.getFirst().id(),
                                accepted.getLast().id(),
                                0,
                                1,
                                1));
        assertThat(store().notifications().find(tenant, accepted.get(500).id())).isPresent();
    }

    @Test
    void what_is_for_later_is_scheduled_with_its_due_row_and_without_an_outbox_row() {
        var time = Store.START.plusSeconds(3600).plusNanos(123_456_000);
        var notification = timed(new Timing(time, time.plusSeconds(1))).getFirst();

        store().notifications().accept(List.of(notification));

        var found = store().notifications().find(tenant, notification.id()).orElseThrow();
        assertThat(found.notification()).isEqualTo(notification);
        assertThat(found.status()).isEqualTo(Status.SCHEDULED);
        assertThat(found.scheduledFor()).isEqualTo(time);
        assertThat(store().timeline().of(notification.id()))
                .containsExactly(notification.scheduling().orElseThrow().event());
        assertThat(store().dueWork().due(time.minusNanos(1_000), 10).rows()).isEmpty();
        assertThat(store().dueWork().due(time, 10).rows())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.sequence()).isEqualTo(1);
                    assertThat(row.terms().since()).isEqualTo(time);
                    assertThat(row.terms().expiresAt()).isEqualTo(time.plusSeconds(1));
                });
        assertThat(outbox()).isEmpty();
    }

    @Test
    void beside_what_is_for_later_the_outbox_row_has_what_is_sent_at_once() {
        var all = new ArrayList<>(Samples.submission(store().clock(), tenant, ADA, 5));
        var time = Store.START.plusSeconds(3600);
        for (int i = 3; i < 5; i++) {
            all.set(i, Samples.timed(all.get(i), new Timing(time, null)));
        }

        store().notifications().accept(all);

        var rows = outbox();
        assertThat(rows)
                .containsExactly(
                        new OutboxRow(
                                tenant, Lane.EMAIL, all.get(0).id(), all.get(2).id(), 0, 1, 1));
        assertThat(store().outbox().records(rows).get(rows.getFirst()))
                .containsExactlyElementsOf(
                        all.subList(0, 3).stream().map(Notification::asFirstRecord).toList());
        assertThat(store().dueWork().due(time, 10).rows()).hasSize(2);
        assertThat(list(null, 10).stream().map(Notifications.Current::status))
                .containsExactly(
                        Status.SCHEDULED,
                        Status.SCHEDULED,
                        Status.PENDING,
                        Status.PENDING,
                        Status.PENDING);
    }

    @Test
    void the_time_shown_is_the_one_it_was_last_scheduled_for() {
        var time = Store.START.plusSeconds(3600);
        var notification = timed(new Timing(time, null)).getFirst();
        store().notifications().accept(List.of(notification));
        append(
                new Event(
                        notification.id(),
                        2,
                        EventKind.RESCHEDULED,
                        Status.SCHEDULED,
                        0,
                        Store.START,
                        time.plusSeconds(60),
                        null,
                        null));
        append(
                Samples.event(
                        store().clock(),
                        notification.id(),
                        3,
                        EventKind.RELEASED,
                        Status.PENDING,
                        0));

        assertThat(
                        store().notifications()
                                .find(tenant, notification.id())
                                .orElseThrow()
                                .scheduledFor())
                .isEqualTo(time.plusSeconds(60));
        assertThat(list(null, 10).getFirst().scheduledFor()).isEqualTo(time.plusSeconds(60));
        assertThat(list(null, 10).getFirst().notification().timing())
                .isEqualTo(notification.timing());
    }

    private List<Notification> timed(Timing timing) {
        return Samples.submission(store().clock(), tenant, ADA, 1).stream()
                .map(one -> Samples.timed(one, timing))
                .toList();
    }

    private List<OutboxRow> outbox() {
        return store().outbox()
                .lease(Store.START.plusSeconds(60), Duration.ofSeconds(1), 10, Long.MAX_VALUE);
    }

    @Test
    void accepting_the_same_again_changes_nothing() {
        var accepted = accepted(2);

        store().notifications().accept(accepted);

        assertThat(list(null, 10)).hasSize(2);
        assertThat(
                        store().outbox()
                                .lease(
                                        Store.START.plusSeconds(60),
                                        Duration.ofSeconds(1),
                                        10,
                                        Long.MAX_VALUE))
                .hasSize(1);
    }

    @Test
    void a_users_notifications_are_listed_newest_first_page_by_page() {
        var all = new ArrayList<Notification>();
        for (int i = 0; i < 5; i++) {
            all.addAll(accepted(2));
            // Two weeks in all: over several partitions.
            store().clock().advance(Duration.ofDays(3));
        }
        store().notifications()
                .accept(Samples.submission(store().clock(), tenant, new UserId("bob"), 1));
        store().notifications()
                .accept(Samples.submission(store().clock(), Samples.tenant(), ADA, 1));
        var newestFirst = all.reversed().stream().map(Notification::id).toList();

        assertThat(ids(list(null, 4))).isEqualTo(newestFirst.subList(0, 4));
        assertThat(ids(list(newestFirst.get(3), 4))).isEqualTo(newestFirst.subList(4, 8));
        assertThat(ids(list(newestFirst.get(7), 4))).isEqualTo(newestFirst.subList(8, 10));
        assertThat(list(newestFirst.get(9), 4)).isEmpty();
    }

    @Test
    void a_list_says_where_each_stands_and_leaves_out_the_payload() {
        var accepted = accepted(3);
        append(Samples.sending(store().clock(), accepted.get(0).id(), 1, null));
        append(Samples.sent(store().clock(), accepted.get(0).id(), 2));
        append(Samples.sending(store().clock(), accepted.get(1).id(), 1, null));

        var list = list(null, 10);

        assertThat(list.stream().map(Notifications.Current::status))
                .containsExactly(Status.PENDING, Status.SENDING, Status.SENT);
        assertThat(list)
                .allSatisfy(current -> assertThat(current.notification().payload()).isEmpty());
    }

    private static ObjectNode payload() {
        var payload = object();
        payload.put("zebra", 1).put("apple", 2);
        payload.put("odd", Samples.ODD_TEXT).put("nul", "a\0b").put("", "no name");
        payload.put("exact", new BigDecimal("1.10")).put("large", new BigInteger("9".repeat(900)));
        payload.putNull("nothing").putArray("list").add(true).addObject().put("deep", "er");
        return payload;
    }

    private List<Notification> accepted(int count) {
        var notifications = Samples.submission(store().clock(), tenant, ADA, count);
        store().notifications().accept(notifications);
        return notifications;
    }

    private NotificationId id() {
        return new NotificationIds(store().clock(), new Random()).consecutive(1).getFirst();
    }

    private void append(Event event) {
        assertThat(store().timeline().append(List.of(Transition.of(tenant, event)))).hasSize(1);
    }

    private List<Notifications.Current> list(@Nullable NotificationId before, int limit) {
        return store().notifications()
                .list(tenant, NotificationFilter.ofUser(ADA), before, limit)
                .notifications();
    }

    private static List<NotificationId> ids(List<Notifications.Current> page) {
        return page.stream().map(current -> current.notification().id()).toList();
    }
}
