package io.herald.delivery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.fault.Faults;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Executors;
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
        var outcomes = new Outcome[drafts.size()];
        // What a thread that ends on an Error leaves behind may have been handed over.
        Arrays.fill(outcomes, LOST);
        var turns =
                IntStream.range(0, drafts.size())
                        .boxed()
                        .collect(
                                groupingBy(
                                        i -> drafts.get(i).person(), LinkedHashMap::new, toList()));
        var shares = new Shares(drafts, parallel, timeout, deadline);
        // Closing the executor waits for all, so nothing outlives the invocation, and what they
        // wrote is seen here.
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var turn : turns.values()) {
                executor.execute(() -> {
                    var held = Duration.ZERO;
                    boolean behind = false;
                    for (int i : turn) {
                        var draft = drafts.get(i);
                        if (behind) {
                            shares.skip(draft.destination());
                            held = held.plus(timeout);
                            outcomes[i] = Outcome.NotHandedOver.behindAnother(held);
                            continue;
                        }
                        outcomes[i] = handOver(draft, shares, deadline);
                        if (outcomes[i] instanceof Outcome.NotHandedOver(_, var pause)) {
                            behind = true;
                            held = pause;
                        }
                    }
                });
            }
        }
        return List.of(outcomes);
    }

    private Outcome handOver(Draft draft, Shares shares, Deadline deadline) {
        var destination = draft.destination();
        if (!shares.begin(destination)) {
            return NO_TIME_LEFT;
        }
        try {
            return deadline.leaves(timeout) ? handOver(draft, deadline) : NO_TIME_LEFT;
        } finally {
            shares.end(destination);
        }
    }

    private Outcome handOver(Draft draft, Deadline deadline) {
        return switch (breakers.ask(draft.destination())) {
            case Breakers.Pass.None(var left) -> Outcome.NotHandedOver.breakerOpen(left);
            case Breakers.Pass.Free _, Breakers.Pass.Trial _ ->
                    switch (draft.render()) {
                        case Draft.Rendering.Failed(var outcome) -> outcome;
                        // To render, and to wait for one's turn to, takes time as well.
                        case Draft.Rendering.Done _ when !deadline.leaves(timeout) -> NO_TIME_LEFT;
                        case Draft.Rendering.Done(var message) ->
                                handOver(message, draft.destination());
                    };
        };
    }

    private Outcome handOver(Message message, Destination destination) {
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
