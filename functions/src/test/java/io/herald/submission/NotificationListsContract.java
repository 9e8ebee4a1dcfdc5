package io.herald.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Channel;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Recipient;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.submission.Notifications.Current;
import io.herald.template.Wording;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the lists of every {@link Notifications} keep to. */
public abstract class NotificationListsContract {
    private static final UserId ADA = new UserId("ada");
    private static final NotificationFilter ALL = filter(null, null, null);
    private static final NotificationFilter FAILED = filter(null, Status.FAILED, null);

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void each_filter_shows_exactly_those_it_applies_to() {
        // A seed, so that a failure repeats.
        var random = new Random(11);
        var statuses = hasManifold(random);
        var all = store().notifications().list(tenant, ALL, null, 1000).notifications();
        assertThat(all).hasSize(statuses.size());
        assertThat(all)
                .allSatisfy(each ->
                        assertThat(each.status())
                                .isEqualTo(statuses.get(each.notification().id())));

        int shown = 0;
        for (int i = 0; i < 300; i++) {
            var filter = anyFilter(random);
            var expected = all.stream().filter(each -> applies(filter, each)).toList();
            assertThat(pages(filter, 1 + random.nextInt(20)))
                    .as(filter.toString())
                    .isEqualTo(expected);
            shown += expected.size();
        }
        assertThat(shown).isGreaterThan(500);
    }

    /** 200 over three weeks, among those of another tenant. */
    private Map<NotificationId, Status> hasManifold(Random random) {
        var statuses = new HashMap<NotificationId, Status>();
        for (int i = 0; i < 200; i++) {
            store().clock().advance(Duration.ofHours(2 + random.nextInt(2)));
            var mine = some(tenant, random);
            var others = some(Samples.tenant(), random);
            for (var each : List.of(mine, others)) {
                store().notifications().accept(List.of(each));
                var status = Status.PENDING;
                int events = random.nextInt(4);
                for (int sequence = 1; sequence <= events; sequence++) {
                    status = any(random, Status.values());
                    happened(each, sequence, status);
                }
                if (each.equals(mine)) {
                    statuses.put(each.id(), status);
                }
            }
        }
        return statuses;
    }

    private Notification some(TenantId owner, Random random) {
        var id = new NotificationIds(store().clock(), random).consecutive(1).getFirst();
        var channel = any(random, Channel.values());
        var sample = Samples.notification(owner, id, any(random, ADA, new UserId("bob")));
        return new Notification(
                owner,
                id,
                sample.recipient(),
                channel,
                channel.lane(),
                new Wording.OfTemplate(any(random, "order-shipped", "welcome"), 1),
                sample.category(),
                sample.guarantee(),
                Samples.object(),
                Samples.object().put("odd", Samples.ODD_TEXT),
                null);
    }

    private static NotificationFilter anyFilter(Random random) {
        return new NotificationFilter(
                random.nextBoolean() ? ADA : null,
                random.nextBoolean() ? any(random, Status.values()) : null,
                random.nextInt(3) == 0 ? any(random, Channel.values()) : null,
                random.nextInt(3) == 0 ? any(random, "order-shipped", "other") : null,
                random.nextInt(3) == 0 ? anyTime(random) : null,
                random.nextInt(3) == 0 ? anyTime(random) : null);
    }

    private static Instant anyTime(Random random) {
        return Store.START.plusSeconds(random.nextInt(21 * 24 * 3600));
    }

    @SafeVarargs
    private static <T> T any(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static boolean applies(NotificationFilter filter, Current current) {
        var notification = current.notification();
        var createdAt = notification.id().acceptedAt();
        return (filter.user() == null
                        || new Recipient.OfUser(filter.user()).equals(notification.recipient()))
                && (filter.status() == null || filter.status() == current.status())
                && (filter.channel() == null || filter.channel() == notification.channel())
                && (filter.template() == null
                        || filter.template().equals(notification.wording().template()))
                && (filter.createdAfter() == null || !createdAt.isBefore(filter.createdAfter()))
                && (filter.createdBefore() == null || createdAt.isBefore(filter.createdBefore()));
    }

    @Test
    void times_are_compared_to_the_millisecond_and_the_end_is_left_out() {
        var accepted = accepted(2);
        var at = store().clock().instant();
        var halfLater = at.plusNanos(500_000);

        assertThat(between(at, at.plusMillis(1))).hasSameSizeAs(accepted);
        assertThat(between(at.minusMillis(1), at)).isEmpty();
        assertThat(between(halfLater, at.plusSeconds(1))).isEmpty();
        assertThat(between(at.minusSeconds(1), halfLater)).hasSameSizeAs(accepted);
        assertThat(between(Instant.EPOCH.minusSeconds(1), Instant.parse("9999-12-31T00:00:00Z")))
                .hasSameSizeAs(accepted);
        assertThat(between(Instant.parse("0000-01-01T00:00:00Z"), Instant.EPOCH)).isEmpty();
    }

    private List<Current> between(Instant after, Instant before) {
        return pages(new NotificationFilter(null, null, null, null, after, before), 10);
    }

    @Test
    void a_search_for_few_among_many_stops_now_and_then_and_misses_none() {
        var expected = new ArrayList<NotificationId>();
        for (int i = 0; i < 5; i++) {
            var accepted = accepted(700);
            happened(accepted.get(100 * i), 1, Status.FAILED);
            expected.addFirst(accepted.get(100 * i).id());
            store().clock().advance(Duration.ofDays(3));
        }

        var first = store().notifications().list(tenant, filter(ADA, Status.FAILED, null), null, 5);

        assertThat(first.searchedTo()).isNotNull();
        assertThat(first.notifications()).hasSizeLessThan(5);
        for (var filter :
                List.of(
                        FAILED,
                        filter(ADA, Status.FAILED, null),
                        filter(ADA, Status.FAILED, Channel.EMAIL))) {
            assertThat(ids(pages(filter, 2))).isEqualTo(expected);
            assertThat(ids(pages(filter, 5))).isEqualTo(expected);
            assertThat(ids(pages(filter, 6))).isEqualTo(expected);
        }
        assertThat(pages(filter(null, null, Channel.INBOX), 5)).isEmpty();
        assertThat(pages(filter(ADA, Status.SENT, null), 5)).isEmpty();
    }

    @Test
    void what_failed_once_and_stands_elsewhere_now_is_not_among_the_failed() {
        var accepted = accepted(1200);
        // One in a hundred failed for good, and twice.
        happened(accepted, 1, _ -> Status.FAILED);
        happened(accepted, 2, i -> i % 100 == 0 ? Status.FAILED : Status.PENDING);
        var expected =
                accepted.stream()
                        .filter(each -> accepted.indexOf(each) % 100 == 0)
                        .map(Notification::id)
                        .toList()
                        .reversed();

        var first = store().notifications().list(tenant, FAILED, null, 100);

        assertThat(first.searchedTo()).isNotNull();
        assertThat(ids(pages(FAILED, 100))).isEqualTo(expected);
        assertThat(ids(pages(FAILED, 5))).isEqualTo(expected);
    }

    @Test
    void a_list_that_is_all_there_says_that_nothing_is_left() {
        accepted(3);

        for (int limit : List.of(3, 4)) {
            var found = store().notifications().list(tenant, ALL, null, limit);
            assertThat(found.notifications()).hasSize(3);
            assertThat(found.searchedTo()).isNull();
        }
        assertThat(store().notifications().list(tenant, FAILED, null, 1).searchedTo()).isNull();
    }

    private List<Notification> accepted(int count) {
        var notifications = Samples.submission(store().clock(), tenant, ADA, count);
        store().notifications().accept(notifications);
        return notifications;
    }

    private void happened(Notification notification, int sequence, Status status) {
        happened(List.of(notification), sequence, _ -> status);
    }

    private void happened(
            List<Notification> notifications, int sequence, IntFunction<Status> statusOf) {
        var transitions = new ArrayList<Transition>();
        for (var each : notifications) {
            var status = statusOf.apply(transitions.size());
            var event =
                    Samples.event(
                            store().clock(), each.id(), sequence, EventKind.DEFERRED, status, 1);
            transitions.add(Transition.of(each.tenant(), event));
        }
        store().timeline().append(transitions);
    }

    private List<Current> pages(NotificationFilter filter, int limit) {
        var all = new ArrayList<Current>();
        NotificationId before = null;
        do {
            var found = store().notifications().list(tenant, filter, before, limit);
            all.addAll(found.notifications());
            before =
                    found.notifications().size() == limit
                            ? found.notifications().getLast().notification().id()
                            : found.searchedTo();
        } while (before != null);
        return all;
    }

    private static NotificationFilter filter(
            @Nullable UserId user, @Nullable Status status, @Nullable Channel channel) {
        return new NotificationFilter(user, status, channel, null, null, null);
    }

    private static List<NotificationId> ids(List<Current> found) {
        return found.stream().map(current -> current.notification().id()).toList();
    }
}
