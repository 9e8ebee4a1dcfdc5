package io.herald.simulation;

import io.herald.attempt.Outcome;
import io.herald.category.Category;
import io.herald.contract.Samples;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.delivery.Message;
import io.herald.fault.Faults;
import io.herald.memory.MemoryStore;
import io.herald.notification.Guarantee;
import io.herald.notification.StoreUnavailableException;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** One schedule: what a seed makes of the use cases. */
final class Simulation {

    private static final Duration TICK = Duration.ofSeconds(1);
    // Kills: the reconciler looks at what was accepted once, so nothing may be accepted behind it.
    private static final Duration API_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_TURNS = 20_000;

    private final Protocol protocol;
    private final MemoryStore store = new MemoryStore();
    private final SettableClock clock = store.clock();
    private final Trace trace;
    private final Fate fate;
    private final Actors actors;
    private final SimulatedKafka kafka;
    private final SimulatedProvider provider = new SimulatedProvider();
    private final List<Caller> callers = new ArrayList<>();
    private final Owner owner;
    private final List<Trigger> triggers = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private final Steps steps;
    private final UseCases useCases;
    private int started;

    /**
     * What a schedule came to.
     *
     * @param steps how often an actor might have been interrupted
     * @param trace empty unless it was asked for
     */
    record Report(List<Violation> violations, int steps, List<String> trace) {}

    /** Something that starts an actor. */
    private interface Trigger {
        /** When there is something to be done; empty for nothing. */
        Optional<Instant> next();

        void start();
    }

    private Simulation(long seed, Protocol protocol, boolean traced) {
        this.protocol = protocol;
        this.trace = new Trace(traced, Store.START);
        var random = new SplittableRandom(seed);
        this.fate = new Fate(random.split(), clock);
        this.owner = new Owner(fate, clock.instant());
        this.actors = new Actors(clock, fate::goesOn);
        this.kafka = new SimulatedKafka(clock, fate);
        this.steps = new Steps(clock, actors, fate, kafka, trace);
        this.useCases = new UseCases(protocol, steps, store, kafka, random);
    }

    /**
     * Runs a schedule to its end.
     *
     * @param traced whether to tell its steps
     */
    static Report run(long seed, Protocol protocol, boolean traced) {
        return new Simulation(seed, protocol, traced).run();
    }

    /** Runs a schedule once more, to tell all of it. */
    static String explain(long seed, Protocol protocol) {
        var simulation = new Simulation(seed, protocol, true);
        var report = simulation.run();
        var lines = new ArrayList<String>();
        lines.add(
                "seed %d, again with -Dherald.simulation.seed=%1$d -Dherald.simulation.count=1"
                        .formatted(seed));
        report.violations()
                .forEach(violation -> lines.add(simulation.trace.named(violation.toString())));
        lines.addAll(report.trace());
        return String.join("\n", lines);
    }

    private Report run() {
        hasUsersAndTemplate();
        hasTriggers();
        for (int turn = 0; goOn(); turn++) {
            if (turn == MAX_TURNS) {
                violations.add(new Violation(Invariant.SETTLES, store.leftOver()));
                break;
            }
        }
        actors.end();
        violations.addAll(new Inspection(store, provider.record(), callers, owner).violations());
        return new Report(violations, steps.count(), trace.lines());
    }

    private void hasUsersAndTemplate() {
        for (var user : Caller.USERS) {
            store.users().put(user, Samples.userWith(user.user().value() + "@example.org"));
        }
        store.templates()
                .put(
                        new TemplateKey(Caller.TENANT, Caller.TEMPLATE),
                        new TemplateContent(
                                new TemplateContent.Email("Subject", "Text", null),
                                null,
                                new TemplateContent.Inbox("Title", null),
                                Set.of(),
                                "transactional"),
                        Templates.NONE);
        store.categories()
                .put(
                        Caller.TENANT,
                        new Category(Caller.ONCE, Guarantee.AT_MOST_ONCE, false, false));
    }

    private void hasTriggers() {
        int count = fate.number(1, 4);
        for (int number = 1; number <= count; number++) {
            var caller =
                    new Caller(number, fate, clock.instant().plusMillis(fate.number(0, 3_000)));
            callers.add(caller);
            triggers.add(trigger(caller::nextCall, () -> submit(caller)));
        }
        for (var partition : kafka.partitions()) {
            triggers.add(
                    trigger(
                            () ->
                                    partition.waits()
                                            ? Optional.of(clock.instant())
                                            : Optional.empty(),
                            () -> deliver(partition)));
        }
        triggers.add(trigger(owner::next, this::change));
        triggers.add(trigger(kafka::nextLate, kafka::arriveLate));
        triggers.add(new Tick("relay", store::nextOutboxRow, () -> useCases.relayOutbox().step()));
        triggers.add(
                new Tick("due-work", store::nextDueRow, () -> useCases.settleDueWork().step()));
        if (protocol.reconciles()) {
            triggers.add(
                    new Tick(
                            "reconciler",
                            () ->
                                    store.nextToReconcile()
                                            .map(at ->
                                                    at.plus(UseCases.LOOK_AGAIN_AFTER)
                                                            .plusMillis(1)),
                            () -> useCases.reconcile().step()));
        }
    }

    private static Trigger trigger(Supplier<Optional<Instant>> next, Runnable start) {
        return new Trigger() {
            @Override
            public Optional<Instant> next() {
                return next.get();
            }

            @Override
            public void start() {
                start.run();
            }
        };
    }

    /** The ticking function's loop over one task; two runs may overlap. */
    private final class Tick implements Trigger {
        private final String name;
        private final Supplier<Optional<Instant>> work;
        private final Runnable task;
        private Instant notBefore = Instant.MIN;
        private int running;

        Tick(String name, Supplier<Optional<Instant>> work, Runnable task) {
            this.name = name;
            this.work = work;
            this.task = task;
        }

        // A tick that would find nothing is left out: it reads, and does nothing.
        @Override
        public Optional<Instant> next() {
            return running == 2 ? Optional.empty() : work.get().map(at -> later(at, notBefore));
        }

        @Override
        public void start() {
            running++;
            notBefore = clock.instant().plus(TICK);
            startActor(name, Instant.MAX, task, () -> running--);
        }
    }

    /** One turn of the director; false when nothing is left to be done. */
    private boolean goOn() {
        var now = clock.instant();
        var choices = new ArrayList<Runnable>();
        var wakes = Instant.MAX;
        for (var actor : actors.living()) {
            if (actor.asleepUntil().isAfter(now)) {
                wakes = earlier(wakes, actor.asleepUntil());
            } else {
                choices.add(() -> actors.resume(actor));
            }
        }
        for (var trigger : triggers) {
            var next = trigger.next().orElse(Instant.MAX);
            if (next.isAfter(now)) {
                wakes = earlier(wakes, next);
            } else {
                choices.add(trigger::start);
            }
        }
        if (!choices.isEmpty()) {
            fate.oneOf(choices).run();
        } else if (wakes.equals(Instant.MAX)) {
            return false;
        } else {
            clock.set(wakes);
        }
        return true;
    }

    private void startActor(String name, Instant timeout, Runnable body, Runnable atEnd) {
        actors.start(
                name + "-" + ++started,
                timeout,
                () -> {
                    try {
                        body.run();
                        steps.tell("ends");
                    } catch (Crash | StoreUnavailableException e) {
                        steps.tell("ends by " + e);
                    } catch (RuntimeException | Error e) {
                        if (!actors.current().wasKilled()) {
                            violations.add(
                                    new Violation(
                                            Invariant.NO_SURPRISE, e + "\n" + Faults.trace(e)));
                        }
                        steps.tell("ends by " + e);
                    } finally {
                        atEnd.run();
                    }
                });
    }

    private void submit(Caller caller) {
        caller.calls();
        var heard = new ArrayList<Boolean>();
        startActor(
                caller.toString(),
                clock.instant().plus(API_TIMEOUT),
                () -> {
                    var result =
                            useCases.submitNotifications()
                                    .submit(caller.submission(), Caller.ANSWERS);
                    steps.tell("answers " + result.getClass().getSimpleName());
                    caller.hears(result, clock.instant());
                    heard.add(true);
                },
                () -> {
                    if (heard.isEmpty()) {
                        caller.failed(clock.instant());
                    }
                });
    }

    private void change() {
        owner.begins();
        startActor(
                "owner",
                clock.instant().plus(API_TIMEOUT),
                () -> owner.change(store.accepted(), fate, useCases, steps),
                () -> {});
    }

    private void deliver(SimulatedKafka.Partition partition) {
        var batch = kafka.take(partition, fate.number(1, 5));
        var worker = new Worker(batch);
        startActor(
                partition.toString(),
                Instant.MAX,
                () -> {
                    steps.tell("gets the records " + batch.from() + " to " + (batch.to() - 1));
                    useCases.deliverBatch(worker, message -> handOver(message, worker))
                            .deliver(batch.records());
                    worker.end();
                    steps.of(SimulatedKafka.Commits.class, kafka::commit).commit(batch);
                },
                () -> kafka.letGo(batch));
    }

    /** All in all no longer than the provider's timeout. */
    private Outcome handOver(Message message, Worker worker) {
        long longest = SimulatedProvider.TIMEOUT.toMillis() / 2;
        actors.sleep(Duration.ofMillis(fate.number(1, (int) longest)));
        var id = message.notification();
        var outcome =
                provider.take(
                        new SimulatedProvider.Taken(
                                id,
                                clock.instant(),
                                fate.ofProvider(),
                                worker.claims().get(id),
                                worker));
        actors.sleep(Duration.ofMillis(fate.number(1, (int) longest)));
        return outcome;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
