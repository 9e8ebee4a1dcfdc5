package io.herald.deadletter;

import io.herald.job.Job;
import io.herald.job.JobKind;
import io.herald.job.JobWork;
import io.herald.job.Step;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Replays or discards dead letters, a page in each step, from the newest id on. A page meets only
 * what had failed when the job was made, and goes only back, so that what fails again after its
 * replay is not replayed for ever. One that is met twice, since whoever replayed it died, is no
 * dead letter any more.
 */
public final class SettleDeadLetters implements JobWork {

    private final DeadLetters deadLetters;
    private final Clock clock;
    private final Duration lookAgainAfter;
    private final int page;

    /**
     * @param lookAgainAfter how long what is replayed may take to be claimed before it is published
     *     again
     * @param page how many one step takes
     */
    public SettleDeadLetters(
            DeadLetters deadLetters, Clock clock, Duration lookAgainAfter, int page) {
        this.deadLetters = deadLetters;
        this.clock = clock;
        this.lookAgainAfter = lookAgainAfter;
        this.page = page;
    }

    @Override
    public Step next(Job job) {
        return switch (Selection.read(job.task())) {
            case Selection.Ids(var ids) -> {
                int from = job.position() == null ? 0 : Integer.parseInt(job.position());
                int to = Math.min(from + page, ids.size());
                var letters = deadLetters.find(job.tenant(), ids.subList(from, to));
                yield step(job, letters, to - from, to < ids.size() ? "" + to : null);
            }
            case Selection.Matching(var filter) -> {
                var before = job.position() == null ? null : DeadLetterId.parse(job.position());
                var found = deadLetters.list(job.tenant(), filter, job.createdAt(), before, page);
                var letters = found.letters();
                var end = letters.size() < page ? found.searchedTo() : letters.getLast().id();
                yield step(job, letters, letters.size(), end == null ? null : end.toString());
            }
        };
    }

    private Step step(Job job, List<DeadLetter> letters, int processed, @Nullable String position) {
        boolean replay = isReplay(job.kind());
        var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var events = new ArrayList<Transition>();
        var records = new ArrayList<UUID>();
        for (var letter : letters) {
            switch (letter) {
                case DeadLetter.OfNotification(_, var newest) when !replay ->
                        events.add(discarded(job.tenant(), newest, now));
                case DeadLetter.OfNotification(var notification, var newest) -> {
                    if (!notification.timing().isExpiredAt(now)) {
                        events.add(replayed(job.tenant(), newest, now));
                    }
                }
                // There is nothing to send in it: the notification that it may have been of is
                // published again by the reconciler.
                case DeadLetter.OfRecord(var record) -> {
                    if (!replay) {
                        records.add(record.id().value());
                    }
                }
            }
        }
        return new Step(events, records, processed, position);
    }

    private static boolean isReplay(JobKind kind) {
        return switch (kind) {
            case REPLAY -> true;
            case DISCARD -> false;
        };
    }

    /** On its way to its lane again, and looked after like any other that was released. */
    private Transition replayed(TenantId tenant, Event newest, Instant now) {
        return new Transition(
                tenant,
                newest.next(EventKind.REPLAYED, Status.PENDING, now, null, null),
                now.plus(lookAgainAfter),
                null,
                true);
    }

    /** It stays failed, and for the same reason. */
    private static Transition discarded(TenantId tenant, Event newest, Instant now) {
        return Transition.of(
                tenant,
                newest.next(EventKind.DISCARDED, Status.FAILED, now, null, newest.reason()));
    }
}
