package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.NotificationIds;
import io.herald.schedule.DueWork;
import io.herald.schedule.DueWorkContract;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresDueWorkTest extends DueWorkContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    // One that has looked before, and remembers up to where there was nothing.
    private final DueWork dueWork = STORE.dueWork();
    private final NotificationIds ids = new NotificationIds(STORE.clock(), new Random(1));

    @Override
    protected Store store() {
        return STORE;
    }

    @Test
    void what_is_found_is_found_again_until_it_is_settled() {
        looks(0);
        var key = isDue(Duration.ZERO);

        for (int i = 0; i < 50; i++) {
            STORE.clock().advance(Duration.ofMillis(500));
            looks(1);
        }
        dueWork.settle(List.of(key), List.of());
        looks(0);
    }

    @Test
    void what_was_written_for_a_moment_ago_is_found_at_once() {
        looks(0);

        isDue(Duration.ofSeconds(4));

        STORE.clock().advance(Duration.ofMillis(500));
        looks(1);
    }

    @Test
    void what_was_written_for_long_ago_is_found_within_ten_seconds() {
        looks(0);

        isDue(Duration.ofHours(1));

        STORE.clock().advance(Duration.ofSeconds(10));
        looks(1);
    }

    @Test
    void a_clock_that_was_ahead_hides_nothing() {
        STORE.clock().advance(Duration.ofHours(5));
        looks(0);
        STORE.clock().advance(Duration.ofHours(-5));
        isDue(Duration.ZERO);

        looks(1);
    }

    private DueWork.Key isDue(Duration ago) {
        var id = ids.consecutive(1).getFirst();
        dueWork.watch(
                List.of(
                        new DueWork.Watch(
                                Samples.tenant(), id, 1, STORE.clock().instant().minus(ago))));
        return new DueWork.Key(id, 1);
    }

    private void looks(int finds) {
        assertThat(dueWork.due(STORE.clock().instant(), 10).orphans()).hasSize(finds);
    }
}
