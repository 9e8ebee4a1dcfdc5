package io.herald.simulation;

import io.herald.contract.SettableClock;
import io.herald.memory.Ports;
import io.herald.notification.StoreUnavailableException;
import io.herald.outbox.LaneLag;
import io.herald.outbox.Publisher;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Makes each call of a port a step: others may get in between, and all that may go wrong may. */
final class Steps {

    /** The ports that are not the store's. */
    private static final Set<Class<?>> ELSEWHERE =
            Set.of(
                    Publisher.class,
                    LaneLag.class,
                    SimulatedKafka.Commits.class,
                    SimulatedProvider.Gate.class);

    private final SettableClock clock;
    private final Actors actors;
    private final Fate fate;
    private final SimulatedKafka kafka;
    private final Trace trace;
    private int count;

    Steps(SettableClock clock, Actors actors, Fate fate, SimulatedKafka kafka, Trace trace) {
        this.clock = clock;
        this.actors = actors;
        this.fate = fate;
        this.kafka = kafka;
        this.trace = trace;
    }

    int count() {
        return count;
    }

    void tell(String what) {
        trace.add(clock.instant(), actors.current().name(), what);
    }

    /** The port, as processes see it. */
    <T> T of(Class<T> port, T target) {
        return Ports.around(port, target, this::call);
    }

    private @Nullable Object call(Ports.Call call) throws Throwable {
        count++;
        clock.advance(fate.moment());
        actors.step();
        boolean ofStore = !ELSEWHERE.contains(call.port());
        switch (fate.atCall()) {
            case NONE -> {}
            case CRASH -> throw killed("before " + call.name());
            case FREEZE -> freeze("before " + call.name());
            case OUTAGE -> outageOf(ofStore);
        }
        if (ofStore && fate.storeIsDown()) {
            throw unavailable(call.name() + " not done");
        }
        var result = call.proceed();
        trace.add(clock.instant(), actors.current().name(), call, result);
        switch (fate.atCall()) {
            case NONE -> {}
            case CRASH -> throw killed("after " + call.name());
            case FREEZE -> freeze("after " + call.name());
            case OUTAGE -> {
                if (ofStore) {
                    throw unavailable(call.name() + " done, and unheard of");
                }
            }
        }
        return result;
    }

    private Crash killed(String where) {
        tell("is killed " + where);
        return actors.kill();
    }

    private void freeze(String where) {
        var pause = fate.pause();
        tell("stands still " + where + " for " + pause);
        // The poller may hear nothing of it for too long.
        if (fate.number(0, 2) == 0) {
            rebalance();
        }
        actors.sleep(pause);
    }

    private void outageOf(boolean store) {
        if (store) {
            tell("finds the store down");
            fate.storeGoesDown();
            return;
        }
        if (fate.number(0, 2) == 0) {
            tell("finds Kafka down");
            fate.kafkaGoesDown();
        } else {
            rebalance();
        }
    }

    private void rebalance() {
        var taken = kafka.partitions().stream().filter(SimulatedKafka.Partition::isTaken).toList();
        if (!taken.isEmpty()) {
            var partition = fate.oneOf(taken);
            tell("sees " + partition + " given to another");
            kafka.rebalance(partition);
        }
    }

    private StoreUnavailableException unavailable(String what) {
        clock.advance(Duration.ofMillis(fate.number(1, 2_000)));
        tell(what + ": the store is out of reach");
        // Who waits to try again has waited already, in simulated time.
        LockSupport.unpark(Thread.currentThread());
        return new StoreUnavailableException("down", new IllegalStateException());
    }
}
