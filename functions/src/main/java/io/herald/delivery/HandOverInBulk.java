package io.herald.delivery;

import static java.util.Objects.requireNonNull;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.concurrent.SideBySide;
import io.herald.fault.Faults;
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
 *
 * <p>A call may carry messages of many tenants, for they share the provider: it is as slow for each
 * of them. What becomes of it is told to the {@link Breakers breaker} of each. And no wave begins
 * when the first one began longer ago than a call may take.
 */
public final class HandOverInBulk<M extends Message> implements HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverInBulk.class);

    private static final Outcome LOST = Outcome.Lost.byOurFault();
    private static final Outcome NO_TIME_LEFT = Outcome.NotHandedOver.noTimeLeft(Duration.ZERO);

    private final BulkProvider<M> provider;
    private final Class<M> type;
    private final Duration timeout;
    private final int parallel;
    private final Breakers breakers;

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
    public HandOverInBulk(
            BulkProvider<M> provider,
            Class<M> type,
            Duration timeout,
            int parallel,
            Breakers breakers) {
        this.provider = provider;
        this.type = type;
        this.timeout = timeout;
        this.parallel = parallel;
        this.breakers = breakers;
    }

    @Override
    public List<Outcome> handOver(List<Draft> drafts, Deadline deadline) {
        // Also what one that hangs leaves behind: those that are not yet begun.
        var outcomes = new AtomicReferenceArray<Outcome>(drafts.size());
        IntStream.range(0, drafts.size()).forEach(i -> outcomes.set(i, NO_TIME_LEFT));
        var heldUp = new HashMap<Person, HeldUp>();
        var places = IntStream.range(0, drafts.size()).boxed().toList();
        var atFirst = deadline.remaining();
        for (var wave : Waves.of(places, i -> drafts.get(i).person())) {
            var going = new ArrayList<Integer>(wave.size());
            boolean isTimeUp = atFirst.minus(deadline.remaining()).compareTo(timeout) >= 0;
            var passes = new HashMap<Destination, Breakers.Pass>();
            for (int i : wave) {
                var held =
                        heldUp.computeIfPresent(
                                drafts.get(i).person(),
                                (_, before) -> new HeldUp(before.pause(), before.others() + 1));
                var destination = drafts.get(i).destination();
                if (held != null) {
                    outcomes.set(i, behind(held));
                } else if (isTimeUp) {
                    outcomes.set(i, NO_TIME_LEFT);
                } else {
                    switch (passes.computeIfAbsent(destination, breakers::ask)) {
                        case Breakers.Pass.Free _ -> going.add(i);
                        case Breakers.Pass.Trial _ -> {
                            going.add(i);
                            passes.put(destination, new Breakers.Pass.None(timeout));
                        }
                        case Breakers.Pass.None(var left) ->
                                outcomes.set(i, Outcome.NotHandedOver.breakerOpen(left));
                    }
                }
            }
            handOverWave(going, drafts, outcomes, deadline);
            for (int i : wave) {
                if (heldUp.containsKey(drafts.get(i).person())) {
                    continue;
                }
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
                        handOverCall(call, places, drafts, outcomes, deadline);
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
            handOverCall(call, places, drafts, outcomes, deadline);
        }
    }

    private void handOverCall(
            List<M> call,
            List<Integer> places,
            List<Draft> drafts,
            AtomicReferenceArray<Outcome> outcomes,
            Deadline deadline) {
        places.forEach(place -> outcomes.set(place, LOST));
        var destinations = places.stream().map(i -> drafts.get(i).destination()).toList();
        var results = handOverCall(call, destinations, deadline);
        for (int i = 0; i < places.size(); i++) {
            outcomes.set(places.get(i), results.get(i));
        }
    }

    private List<Outcome> handOverCall(
            List<M> call, List<Destination> destinations, Deadline deadline) {
        // To render took its time as well.
        if (!deadline.leaves(timeout)) {
            return all(call, NO_TIME_LEFT);
        }
        var calls = new HashMap<Destination, Breakers.Call>();
        destinations.forEach(destination -> calls.computeIfAbsent(destination, breakers::begin));
        try {
            var outcomes =
                    call.size() == 1
                            ? List.of(provider.handOver(call.getFirst(), timeout))
                            : provider.handOver(List.copyOf(call), timeout);
            if (outcomes.size() != call.size()) {
                throw new IllegalStateException("not an outcome for each message");
            }
            var ended = new HashMap<Destination, List<Outcome>>();
            for (int i = 0; i < outcomes.size(); i++) {
                ended.computeIfAbsent(destinations.get(i), _ -> new ArrayList<>())
                        .add(outcomes.get(i));
            }
            calls.forEach((destination, one) -> one.ended(requireNonNull(ended.get(destination))));
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
            case Outcome.Retryable(_, var asked, _) -> asked == null ? Duration.ZERO : asked;
            case Outcome.Lost _ -> Duration.ZERO;
        };
    }

    /** Each comes back when those before it may have had their time. */
    private Outcome behind(HeldUp held) {
        return Outcome.NotHandedOver.behindAnother(
                held.pause().plus(timeout.multipliedBy(held.others())));
    }
}
