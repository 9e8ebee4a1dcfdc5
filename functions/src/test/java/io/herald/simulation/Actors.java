package io.herald.simulation;

import static java.util.Objects.requireNonNull;

import io.herald.contract.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Processes in simulated time, of which one runs at any time: there is one baton. An actor has a
 * virtual thread of its own, and gives the baton back to the director at each {@link #step}.
 */
final class Actors {

    /** A process. */
    static final class Actor {
        private final String name;
        private final Instant timeout;
        private Thread thread = Thread.currentThread();
        private Instant asleepUntil = Instant.MIN;
        private boolean killed;
        private boolean ended;

        private Actor(String name, Instant timeout) {
            this.name = name;
            this.timeout = timeout;
        }

        String name() {
            return name;
        }

        Instant asleepUntil() {
            return asleepUntil;
        }

        boolean wasKilled() {
            return killed;
        }
    }

    private final SettableClock clock;
    private final BooleanSupplier goesOn;
    private final List<Actor> living = new ArrayList<>();
    private final Thread director = Thread.currentThread();
    private volatile @Nullable Actor running;

    /**
     * @param goesOn whether an actor that could be interrupted by others is not
     */
    Actors(SettableClock clock, BooleanSupplier goesOn) {
        this.clock = clock;
        this.goesOn = goesOn;
    }

    List<Actor> living() {
        return living;
    }

    /** The one that runs. */
    Actor current() {
        return requireNonNull(running);
    }

    /**
     * Makes an actor, which waits for its first turn.
     *
     * @param timeout when it is killed, wherever it is
     */
    void start(String name, Instant timeout, Runnable body) {
        var actor = new Actor(name, timeout);
        living.add(actor);
        actor.thread =
                Thread.ofVirtual()
                        .name(name)
                        .unstarted(() -> {
                            try {
                                body.run();
                            } finally {
                                actor.ended = true;
                                living.remove(actor);
                                giveBack();
                            }
                        });
    }

    /** Gives an actor its turn; returns when it has ended or come to its next step. */
    void resume(Actor actor) {
        running = actor;
        if (actor.thread.getState() == Thread.State.NEW) {
            actor.thread.start();
        } else {
            LockSupport.unpark(actor.thread);
        }
        while (running != null) {
            LockSupport.park(this);
        }
    }

    private void giveBack() {
        running = null;
        LockSupport.unpark(director);
    }

    /**
     * Where an actor may be interrupted by others, or be found dead.
     *
     * @throws Crash when it was killed
     */
    void step() {
        var actor = current();
        if (!actor.killed
                && actor.asleepUntil.compareTo(clock.instant()) <= 0
                && goesOn.getAsBoolean()) {
            return;
        }
        // Use cases have threads of their own; the one that stepped is the one to go on.
        actor.thread = Thread.currentThread();
        giveBack();
        while (running != actor) {
            LockSupport.park(this);
        }
        actor.killed |= clock.instant().isAfter(actor.timeout);
        if (actor.killed) {
            throw new Crash();
        }
    }

    /** Lets time pass for the actor that runs. */
    void sleep(Duration duration) {
        current().asleepUntil = clock.instant().plus(duration);
        step();
    }

    /** Kills the actor that runs: here and now, and again wherever it should go on. */
    Crash kill() {
        current().killed = true;
        return new Crash();
    }

    /** Kills all. */
    void end() {
        for (var actor : List.copyOf(living)) {
            actor.killed = true;
            while (!actor.ended) {
                resume(actor);
            }
        }
    }
}
