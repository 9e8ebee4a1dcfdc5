package io.herald.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.submission.Notification;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link Histories} promises. */
public abstract class HistoriesContract {
    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void has_all_events_of_each_the_oldest_first() {
        var ids = accepted(3);
        var first = append(Samples.sending(store().clock(), ids.get(0), 1, null));
        var second = append(Samples.sent(store().clock(), ids.get(0), 2));
        var other = append(Samples.sending(store().clock(), ids.get(1), 1, null));

        assertThat(store().histories().of(ids.stream().map(this::subject).toList()))
                .isEqualTo(
                        Map.of(
                                subject(ids.get(0)), List.of(first, second),
                                subject(ids.get(1)), List.of(other),
                                subject(ids.get(2)), List.of()));
    }

    @Test
    void has_nothing_of_what_is_not_there_or_another_tenants() {
        var id = accepted(1).getFirst();
        append(Samples.sending(store().clock(), id, 1, null));
        var unknown = new NotificationId(new UUID(id.value().getMostSignificantBits(), 1));
        var old = new NotificationId(new UUID(0x7000, 1));

        assertThat(
                        store().histories()
                                .of(
                                        List.of(
                                                new Subject(Samples.tenant(), id),
                                                subject(unknown),
                                                subject(old))))
                .isEmpty();
    }

    @Test
    void has_nothing_where_nothing_is_asked_for() {
        assertThat(store().histories().of(List.of())).isEmpty();
    }

    private List<NotificationId> accepted(int count) {
        var submission = Samples.submission(store().clock(), tenant, new UserId("ada"), count);
        store().notifications().accept(submission);
        return submission.stream().map(Notification::id).toList();
    }

    private Event append(Event event) {
        assertThat(store().timeline().append(List.of(Transition.of(tenant, event)))).hasSize(1);
        return event;
    }

    private Subject subject(NotificationId id) {
        return new Subject(tenant, id);
    }
}
