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
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a provider that takes one message a call: each user's messages one after the other, different
 * users' in parallel. No more messages are rendered than calls may be under way.
 */
public final class HandOverOneByOne<M extends Message> implements HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverOneByOne.class);

    private static final Outcome LOST = Outcome.Lost.byOurFault();
    private static final Outcome NOT_BEGUN = Outcome.NotHandedOver.noTimeLeft(Duration.ZERO);

    private final Provider<M> provider;
    private final Class<M> type;
    private final Duration timeout;
    private final int parallel;

    /**
     * @param timeout the longest one call may take
     * @param parallel how many calls may be under way at once
     */
    public HandOverOneByOne(Provider<M> provider, Class<M> type, Duration timeout, int parallel) {
        this.provider = provider;
        this.type = type;
        this.timeout = timeout;
        this.parallel = parallel;
    }

    @Override
    public List<Outcome> handOver(List<Draft> drafts, Deadline deadline) {
        // Also what one that hangs leaves behind: those that are not yet begun.
        var outcomes = new AtomicReferenceArray<Outcome>(drafts.size());
        IntStream.range(0, drafts.size()).forEach(i -> outcomes.set(i, NOT_BEGUN));
        var turns =
                IntStream.range(0, drafts.size())
                        .boxed()
                        .collect(
                                groupingBy(
                                        i -> drafts.get(i).person(), LinkedHashMap::new, toList()));
        var permits = new Semaphore(parallel);
        var tasks = new ArrayList<Runnable>(turns.size());
        for (var turn : turns.values()) {
            tasks.add(() -> {
                int left = 0;
                for (int i : turn) {
                    permits.acquireUninterruptibly();
                    try {
                        // Until it is known: a thread that hangs or ends on an Error may have
                        // handed it over.
                        outcomes.set(i, LOST);
                        outcomes.set(i, handOver(drafts.get(i), deadline, left));
                    } finally {
                        permits.release();
                    }
                    left += outcomes.get(i) instanceof Outcome.NotHandedOver ? 1 : 0;
                }
            });
        }
        if (!SideBySide.run(tasks, deadline)) {
            LOG.error("hand-overs hang beyond the lease of their claims and are left behind");
        }
        return IntStream.range(0, drafts.size()).mapToObj(outcomes::get).toList();
    }

    /**
     * @param left how many of the same person's messages before it were not handed over
     */
    private Outcome handOver(Draft draft, Deadline deadline, int left) {
        if (!deadline.leaves(timeout)) {
            return noTimeLeft(left);
        }
        return switch (draft.render()) {
            case Draft.Rendering.Failed(var outcome) -> outcome;
            // To render, and to wait for one's turn to, takes time as well.
            case Draft.Rendering.Done _ when !deadline.leaves(timeout) -> noTimeLeft(left);
            case Draft.Rendering.Done(var message) -> handOver(message);
        };
    }

    /**
     * Each comes back when those before it may have had their time: all at once would only fill the
     * person's partition, which others share.
     */
    private Outcome noTimeLeft(int left) {
        return Outcome.NotHandedOver.noTimeLeft(timeout.multipliedBy(left));
    }

    private Outcome handOver(Message message) {
        try {
            return provider.handOver(type.cast(message), timeout);
        } catch (RuntimeException e) {
            LOG.error(
                    "a provider threw for notification {}: {}",
                    message.notification(),
                    Faults.trace(e));
            return LOST;
        }
    }
}
