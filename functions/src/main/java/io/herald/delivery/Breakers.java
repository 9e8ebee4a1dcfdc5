package io.herald.delivery;

import io.herald.attempt.Outcome;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keep messages from destinations that failed a moment ago: a breaker for each, in the memory of
 * one environment. One that has failed {@link #IN_A_ROW} times is left alone for a pause, then one
 * call tries again; each vain trial doubles the pause, and an answer ends it. One that answers
 * slowly is left alone as well, and then gets what is its due again.
 *
 * <p>A pause is never shorter than {@link #REST} times what the call took. So whoever lets every
 * call wait takes at most a fifth of its lane's time.
 *
 * <p>Only what has failed is remembered. So nothing is before the first message, which is after a
 * snapshot.
 */
public final class Breakers {

    static final int IN_A_ROW = 3;
    static final int REST = 4;
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    // So that what is healed is found out within a minute, and one that hangs costs little.
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    // One answer may speak of one of many mailboxes or paths at a host only.
    static final Duration LONGEST_ASKED = Duration.ofMinutes(10);
    // At about 100 bytes each they are a megabyte.
    static final int MOST_REMEMBERED = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);
    private static final int MOST_DOUBLINGS = 10;

    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final SequencedMap<Destination, Breaker> breakers = new LinkedHashMap<>();

    /** Whether a message may go. */
    sealed interface Pass {
        record Free() implements Pass {}

        /** Only this one, to find out. */
        record Trial() implements Pass {}

        /**
         * @param left how long none may
         */
        record None(Duration left) implements Pass {}
    }

    private enum State {
        COUNTING,
        /** Too slow; may go on after a while. */
        RESTING,
        /** Out of order, or asked to be left alone; a trial decides. */
        BROKEN
    }

    private static final class Breaker {
        private State state = State.COUNTING;
        private int failures;
        private int vainTrials;
        private long since;
        private long until;

        void turn(State next, long now, Duration pause) {
            state = next;
            since = now;
            until = now + pause.toNanos();
        }
    }

    /** A call to a destination that is under way. */
    public final class Call {
        private final Destination destination;
        private final long begun = nanoTime.getAsLong();

        private Call(Destination destination) {
            this.destination = destination;
        }

        /**
         * @param outcomes of the destination's messages
         */
        void ended(Collection<Outcome> outcomes) {
            Breakers.this.ended(destination, outcomes, begun);
        }
    }

    /**
     * @param timeout the longest one call may take; one that takes half of it is slow
     * @param nanoTime a monotonic clock
     */
    public Breakers(Duration timeout, LongSupplier nanoTime, RandomGenerator random) {
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    synchronized Pass ask(Destination destination) {
        var breaker = breakers.get(destination);
        if (breaker == null) {
            return new Pass.Free();
        }
        long now = nanoTime.getAsLong();
        long left = breaker.until - now;
        if (breaker.state != State.COUNTING && left > 0) {
            return new Pass.None(Duration.ofNanos(left));
        }
        return switch (breaker.state) {
            case COUNTING -> new Pass.Free();
            case RESTING -> {
                breakers.remove(destination);
                yield new Pass.Free();
            }
            case BROKEN -> {
                // Nobody else tries meanwhile. Of a trial that came to nothing, such as of a
                // message that cannot be rendered, nothing is heard, and then there is another.
                breaker.until = now + timeout.toNanos();
                yield new Pass.Trial();
            }
        };
    }

    /** To be called when a call begins; its end is told to what this returns. */
    Call begin(Destination destination) {
        return new Call(destination);
    }

    private synchronized void ended(
            Destination destination, Collection<Outcome> outcomes, long begun) {
        long now = nanoTime.getAsLong();
        var took = Duration.ofNanos(now - begun);
        var asked = longestAsked(outcomes);
        if (asked.isPositive()) {
            throttled(destination, asked, now);
        } else if (outcomes.stream().anyMatch(Breakers::isAnswer)) {
            answered(destination, took, begun, now);
        } else if (outcomes.stream().anyMatch(Breakers::isFailure)) {
            failed(destination, took, begun, now);
        }
    }

    private void throttled(Destination destination, Duration asked, long now) {
        var breaker = remembered(destination);
        if (breaker.state != State.BROKEN || breaker.until - now < asked.toNanos()) {
            breaker.turn(State.BROKEN, now, asked);
            LOG.info("{} asks to be left alone for {}", destination, asked);
        }
    }

    private void answered(Destination destination, Duration took, long begun, long now) {
        boolean slow = took.compareTo(timeout.dividedBy(2)) >= 0;
        var known = breakers.get(destination);
        if (!slow) {
            if (known != null && known.state != State.RESTING) {
                breakers.remove(destination);
            }
            return;
        }
        var breaker = remembered(destination);
        boolean rests =
                switch (breaker.state) {
                    case COUNTING -> ++breaker.failures >= IN_A_ROW;
                    case RESTING -> false;
                    case BROKEN -> begun - breaker.since > 0;
                };
        if (rests) {
            breaker.failures = 0;
            breaker.vainTrials = 0;
            breaker.turn(State.RESTING, now, rest(took));
            LOG.info("{} is slow and rests for {}", destination, rest(took));
        }
    }

    private void failed(Destination destination, Duration took, long begun, long now) {
        var breaker = remembered(destination);
        switch (breaker.state) {
            case COUNTING -> {
                if (++breaker.failures >= IN_A_ROW) {
                    breaker.turn(State.BROKEN, now, pause(breaker, took));
                    LOG.warn("{} fails; what goes there is put off", destination);
                }
            }
            // It began before, side by side with those that told already.
            case RESTING -> {}
            case BROKEN -> {
                if (begun - breaker.since > 0) {
                    breaker.vainTrials = Math.min(breaker.vainTrials + 1, MOST_DOUBLINGS);
                    breaker.turn(State.BROKEN, now, pause(breaker, took));
                }
            }
        }
    }

    private Breaker remembered(Destination destination) {
        var breaker = breakers.computeIfAbsent(destination, _ -> new Breaker());
        if (breakers.size() > MOST_REMEMBERED) {
            // To forget one costs a few calls.
            breakers.pollFirstEntry();
        }
        return breaker;
    }

    /** With jitter, so that many environments do not all try at once. */
    private Duration pause(Breaker breaker, Duration took) {
        long longest =
                Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << breaker.vainTrials);
        var pause = Duration.ofNanos(longest / 2 + random.nextLong(longest / 2 + 1));
        return pause.compareTo(rest(took)) > 0 ? pause : rest(took);
    }

    private static Duration rest(Duration took) {
        var rest = took.multipliedBy(REST);
        return rest.compareTo(LONGEST_PAUSE) < 0 ? rest : LONGEST_PAUSE;
    }

    private static Duration longestAsked(Collection<Outcome> outcomes) {
        var longest = Duration.ZERO;
        for (var outcome : outcomes) {
            if (outcome instanceof Outcome.Retryable(_, var asked, var about)
                    && about == Outcome.About.PROVIDER
                    && asked != null
                    && asked.compareTo(longest) > 0) {
                longest = asked;
            }
        }
        return longest.compareTo(LONGEST_ASKED) < 0 ? longest : LONGEST_ASKED;
    }

    /** What a provider says of a message, it is up to say. */
    private static boolean isAnswer(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Sent _, Outcome.Delivered _, Outcome.Rejected _ -> true;
            case Outcome.Retryable(_, _, var about) -> about == Outcome.About.MESSAGE;
            case Outcome.NotHandedOver _, Outcome.Lost _ -> false;
        };
    }

    private static boolean isFailure(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Lost _ -> true;
            case Outcome.Retryable(_, _, var about) -> about == Outcome.About.PROVIDER;
            case Outcome.Sent _, Outcome.Delivered _, Outcome.Rejected _, Outcome.NotHandedOver _ ->
                    false;
        };
    }
}
