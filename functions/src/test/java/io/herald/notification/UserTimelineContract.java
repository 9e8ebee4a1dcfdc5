package io.herald.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.UserTimeline.Entry;
import io.herald.notification.UserTimeline.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link UserTimeline} keeps to. */
public abstract class UserTimelineContract {
    private final TenantId tenant = Samples.tenant();
    private final UserId ada = new UserId("ada");

    protected abstract Store store();

    @Test
    void the_newest_notification_comes_first_and_of_each_the_newest_event() {
        var older = accept(tenant, ada);
        var newer = accept(tenant, ada);
        var sending = happens(Samples.sending(store().clock(), newer, 1, null));
        // Later than all that happened to the newer one, and behind it all the same.
        var late = happens(Samples.sending(store().clock(), older, 1, null));
        var sent = happens(Samples.sent(store().clock(), older, 2));

        assertThat(timeline(null, 10))
                .containsExactly(
                        entry(newer, sending),
                        entry(newer, null),
                        entry(older, sent),
                        entry(older, late),
                        entry(older, null));
    }

    @Test
    void nobody_has_an_empty_one() {
        assertThat(timeline(null, 10)).isEmpty();
    }

    @Test
    void it_holds_nothing_of_another_user_or_tenant() {
        accept(tenant, new UserId("grace"));
        accept(Samples.tenant(), ada);
        var own = accept(tenant, ada);

        assertThat(timeline(null, 10)).containsExactly(entry(own, null));
    }

    @Test
    void pages_of_every_size_hold_each_event_once() {
        for (int i = 0; i < 4; i++) {
            var id = accept(tenant, ada);
            for (int sequence = 1; sequence <= i; sequence++) {
                happens(Samples.sending(store().clock(), id, sequence, null));
            }
        }
        var all = timeline(null, 100);
        assertThat(all).hasSize(10);

        for (int size = 1; size <= 11; size++) {
            var seen = new ArrayList<Entry>();
            var page = timeline(null, size);
            while (!page.isEmpty()) {
                assertThat(page).hasSizeLessThanOrEqualTo(size);
                seen.addAll(page);
                assertThat(seen).hasSizeLessThanOrEqualTo(all.size());
                page = timeline(page.getLast().position(), size);
            }
            assertThat(seen).isEqualTo(all);
        }
    }

    private List<Entry> timeline(@Nullable Position before, int limit) {
        return store().userTimeline().of(tenant, ada, before, limit);
    }

    private NotificationId accept(TenantId owner, UserId user) {
        store().clock().advance(Duration.ofMillis(1));
        var submission = Samples.submission(store().clock(), owner, user, 1);
        store().notifications().accept(submission);
        return submission.getFirst().id();
    }

    private Event happens(Event event) {
        assertThat(store().timeline().append(List.of(Transition.of(tenant, event)))).hasSize(1);
        store().clock().advance(Duration.ofMillis(1));
        return event;
    }

    private static Entry entry(NotificationId id, @Nullable Event event) {
        return new Entry(id, Channel.EMAIL, "order-shipped", event);
    }
}
