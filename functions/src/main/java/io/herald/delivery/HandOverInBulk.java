package io.herald.delivery;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.concurrent.SideBySide;
import io.herald.fault.Faults;
import io.herald.notification.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a provider that takes many messages a call. They go in waves: the first message of each
 * person, then the second of each, and so on. The calls of a wave run in parallel, and none begins
 * before those of the wave before have ended.
 *
 * <p>Who is to have a message again, because it was put off or its outcome was lost, has the ones
 * behind it put off as well. They are no attempts, so they neither overtake it nor use up what the
 * provider would refuse likewise.
 */
public final class HandOverInBulk<M extends Message> implements HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverInBulk.class);

    private static final Outcome LOST = Outcome.Lost.byOurFault();
    private static final Outcome NO_TIME_LEFT = Outcome.NotHandedOver.noTimeLeft(Duration.ZERO);
    private static final Reason BEHIND_ANOTHER =
            new Reason(
                    "behind_another",
                    "A message to the same person before it has to be tried again first.");

    private final BulkProvider<M> provider;
    private final Class<M> type;
    private final Duration timeout;
    private final int parallel;

    /**
     * What a person's next message waits for.
     *
     * @param pause how long the one that was not taken waits, as far as that is known
     * @param others how many are held back behind it
     */
    private record HeldUp(Duration pause, int others) {}

    /**
     * @param timeout the longest one call may take
     * @param parallel how many calls may be under way at once
     */
    public HandOverInBulk(BulkProvider<M> provider, Class<M> type, Duration timeout, int parallel) {
        this.provider = provider;
        this.type = type;
        this.timeout = timeout;
        this.parallel = parallel;
    }

    @Override
    public List<Outcome> handOver(List<Draft> drafts, Deadline deadline) {
        // Also what one that hangs leaves behind: those that are not yet begun.
        var outcomes = new AtomicReferenceArray<Outcome>(drafts.size());
        IntStream.range(0, drafts.size()).forEach(i -> outcomes.set(i, NO_TIME_LEFT));
        var heldUp = new HashMap<Person, HeldUp>();
        var places = IntStream.range(0, drafts.size()).boxed().toList();
        for (var wave : Waves.of(places, i -> drafts.get(i).person())) {
            var going = new ArrayList<Integer>(wave.size());
            for (int i : wave) {
                var held =
                        heldUp.computeIfPresent(
                                drafts.get(i).person(),
                                (_, before) -> new HeldUp(before.pause(), before.others() + 1));
                if (held == null) {
                    going.add(i);
                } else {
                    outcomes.set(i, behind(held));
                }
            }
            handOverWave(going, drafts, outcomes, deadline);
            for (int i : going) {
                var pause = pauseAfter(outcomes.get(i));
                if (pause != null) {
                    heldUp.put(drafts.get(i).person(), new HeldUp(pause, 0));
                }
            }
        }
        return places.stream().map(outcomes::get).toList();
    }

    /** Cut into as few parts as may be, in parallel. */
    private void handOverWave(
            List<Integer> wave,
            List<Draft> drafts,
            AtomicReferenceArray<Outcome> outcomes,
            Deadline deadline) {
        int most = provider.capacity().messages();
        var permits = new Semaphore(parallel);
        var tasks = new ArrayList<Runnable>();
        for (int from = 0; from < wave.size(); from += most) {
            var part = wave.subList(from, Math.min(wave.size(), from + most));
            tasks.add(() -> {
                permits.acquireUninterruptibly();
                try {
                    handOverPart(part, drafts, outcomes, deadline);
                } finally {
                    permits.release();
                }
            });
        }
        if (!SideBySide.run(tasks, deadline)) {
            LOG.error("hand-overs hang beyond the lease of their claims and are left behind");
        }
    }

    /** In one call, or in several where they are long. No more is rendered than goes into one. */
    private void handOverPart(
            List<Integer> part,
            List<Draft> drafts,
            AtomicReferenceArray<Outcome> outcomes,
            Deadline deadline) {
        var places = new ArrayList<Integer>();
        var call = new ArrayList<M>();
        long bytes = 0;
        for (int i : part) {
            if (!deadline.leaves(timeout)) {
                continue;
            }
            // Until it is known: a thread that hangs or ends on an Error may have handed it over.
            outcomes.set(i, LOST);
            switch (drafts.get(i).render()) {
                case Draft.Rendering.Failed(var outcome) -> outcomes.set(i, outcome);
                case Draft.Rendering.Done(var rendered) -> {
                    var message = type.cast(rendered);
                    int size = provider.sizeOf(message);
                    if (!call.isEmpty() && bytes + size > provider.capacity().bytes()) {
                        handOverCall(call, places, outcomes, deadline);
                        places.clear();
                        call.clear();
                        bytes = 0;
                    }
                    outcomes.set(i, NO_TIME_LEFT);
                    places.add(i);
                    call.add(message);
                    bytes += size;
                }
            }
        }
        if (!call.isEmpty()) {
            handOverCall(call, places, outcomes, deadline);
        }
    }

    private void handOverCall(
            List<M> call,
            List<Integer> places,
            AtomicReferenceArray<Outcome> outcomes,
            Deadline deadline) {
        places.forEach(place -> outcomes.set(place, LOST));
        var results = handOverCall(call, deadline);
        for (int i = 0; i < places.size(); i++) {
            outcomes.set(places.get(i), results.get(i));
        }
    }

    private List<Outcome> handOverCall(List<M> call, Deadline deadline) {
        // To render took its time as well.
        if (!deadline.leaves(timeout)) {
            return all(call, NO_TIME_LEFT);
        }
        try {
            var outcomes =
                    call.size() == 1
                            ? List.of(provider.handOver(call.getFirst(), timeout))
                            : provider.handOver(List.copyOf(call), timeout);
            if (outcomes.size() != call.size()) {
                throw new IllegalStateException("not an outcome for each message");
            }
            return outcomes;
        } catch (RuntimeException e) {
            LOG.error(
                    "a provider threw for a call of {} messages, the first of them {}: {}",
                    call.size(),
                    call.getFirst().notification(),
                    Faults.trace(e));
            return all(call, LOST);
        }
    }

    private static List<Outcome> all(List<? extends Message> call, Outcome outcome) {
        return Collections.nCopies(call.size(), outcome);
    }

    /**
     * How long a message that is to be tried again waits, as far as is known; null for one that is
     * settled.
     */
    private static @Nullable Duration pauseAfter(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Sent _, Outcome.Delivered _, Outcome.Rejected _ -> null;
            case Outcome.NotHandedOver(_, var pause) -> pause;
            case Outcome.Retryable(_, var asked) -> asked == null ? Duration.ZERO : asked;
            case Outcome.Lost _ -> Duration.ZERO;
        };
    }

    /** Each comes back when those before it may have had their time. */
    private Outcome behind(HeldUp held) {
        return new Outcome.NotHandedOver(
                BEHIND_ANOTHER, held.pause().plus(timeout.multipliedBy(held.others())));
    }
}
