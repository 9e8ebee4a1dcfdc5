package io.herald.delivery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.concurrent.SideBySide;
import io.herald.fault.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a provider that takes one message a call: each user's messages one after the other, different
 * users' in parallel. No more messages are rendered than calls may be under way.
 *
 * <p>What one tenant's destinations take their time for costs the others none: calls and time are
 * {@link Shares shared}, and what fails is {@link Breakers left alone} for a while. Who has a
 * message put off has the ones behind it put off as well.
 */
public final class HandOverOneByOne<M extends Message> implements HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverOneByOne.class);

    private static final Outcome LOST = Outcome.Lost.byOurFault();
    private static final Outcome NO_TIME_LEFT = Outcome.NotHandedOver.noTimeLeft(Duration.ZERO);

    private final Provider<M> provider;
    private final Class<M> type;
    private final Duration timeout;
    private final int parallel;
    private final Breakers breakers;

    /**
     * @param timeout the longest one call may take
     * @param parallel how many calls may be under way at once
     */
    public HandOverOneByOne(
            Provider<M> provider,
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
        var turns =
                IntStream.range(0, drafts.size())
                        .boxed()
                        .collect(
                                groupingBy(
                                        i -> drafts.get(i).person(), LinkedHashMap::new, toList()));
        var shares = new Shares(drafts, parallel, timeout, deadline);
        var tasks = new ArrayList<Runnable>(turns.size());
        for (var turn : turns.values()) {
            tasks.add(() -> {
                var held = Duration.ZERO;
                boolean behind = false;
                for (int i : turn) {
                    var draft = drafts.get(i);
                    if (behind) {
                        shares.skip(draft.destination());
                        held = held.plus(timeout);
                        outcomes.set(i, Outcome.NotHandedOver.behindAnother(held));
                        continue;
                    }
                    // Until it is known: a thread that hangs or ends on an Error may have
                    // handed it over.
                    Runnable begun = () -> outcomes.set(i, LOST);
                    var outcome = handOver(draft, shares, deadline, begun);
                    outcomes.set(i, outcome);
                    if (outcome instanceof Outcome.NotHandedOver(_, var pause)) {
                        behind = true;
                        held = pause;
                    }
                }
            });
        }
        if (!SideBySide.run(tasks, deadline)) {
            LOG.error("hand-overs hang beyond the lease of their claims and are left behind");
        }
        return IntStream.range(0, drafts.size()).mapToObj(outcomes::get).toList();
    }

    private Outcome handOver(Draft draft, Shares shares, Deadline deadline, Runnable begun) {
        var destination = draft.destination();
        if (!shares.begin(destination)) {
            return NO_TIME_LEFT;
        }
        try {
            return deadline.leaves(timeout) ? handOver(draft, deadline, begun) : NO_TIME_LEFT;
        } finally {
            shares.end(destination);
        }
    }

    private Outcome handOver(Draft draft, Deadline deadline, Runnable begun) {
        return switch (breakers.ask(draft.destination())) {
            case Breakers.Pass.None(var left) -> Outcome.NotHandedOver.breakerOpen(left);
            case Breakers.Pass.Free _, Breakers.Pass.Trial _ ->
                    switch (draft.render()) {
                        case Draft.Rendering.Failed(var outcome) -> outcome;
                        // To render, and to wait for one's turn to, takes time as well.
                        case Draft.Rendering.Done _ when !deadline.leaves(timeout) -> NO_TIME_LEFT;
                        case Draft.Rendering.Done(var message) ->
                                handOver(message, draft.destination(), begun);
                    };
        };
    }

    private Outcome handOver(Message message, Destination destination, Runnable begun) {
        begun.run();
        var call = breakers.begin(destination);
        try {
            var outcome = provider.handOver(type.cast(message), timeout);
            call.ended(List.of(outcome));
            return outcome;
        } catch (RuntimeException e) {
            LOG.error(
                    "a provider threw for notification {}: {}",
                    message.notification(),
                    Faults.trace(e));
            return LOST;
        }
    }
}
