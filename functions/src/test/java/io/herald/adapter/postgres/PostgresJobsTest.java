package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.job.Job;
import io.herald.job.JobId;
import io.herald.job.JobKind;
import io.herald.job.JobsContract;
import io.herald.job.Step;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresJobsTest extends JobsContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }

    @Test
    void an_event_that_can_never_be_stored_is_passed_over() {
        var tenant = Samples.tenant();
        var now = STORE.clock().instant();
        var good = Samples.submission(STORE.clock(), tenant, new UserId("ada"), 1).getFirst().id();
        // Of a time that has no partition any more.
        var gone = new NotificationId(NotificationId.lowerBound(now.minus(Duration.ofDays(400))));
        var id = new JobId(UUID.randomUUID());
        STORE.jobs().create(Job.of(tenant, id, JobKind.REPLAY, Samples.object(), now), null);
        var turn = STORE.jobs().take(Duration.ofSeconds(30)).orElseThrow();
        var step =
                new Step(List.of(failed(tenant, gone), failed(tenant, good)), List.of(), 2, null);

        assertThat(STORE.jobs().advance(turn, step)).isTrue();

        assertThat(STORE.timeline().of(good)).hasSize(1);
        assertThat(STORE.jobs().find(tenant, id).orElseThrow().succeeded()).isEqualTo(1);
    }

    private static Transition failed(TenantId tenant, NotificationId id) {
        return Transition.of(
                tenant, Samples.event(STORE.clock(), id, 1, EventKind.REFUSED, Status.FAILED, 1));
    }
}
