package io.herald.chaos;

import io.herald.bench.BenchException;
import io.herald.chaos.Damage.Victim;
import io.herald.local.LocalCloud;
import io.herald.servers.Server;
import io.herald.servers.ServerException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Kills and freezes, at points of its own choosing. A function's process is killed while others of
 * it may run; the next request starts a new one, as on Lambda. A server is started again after a
 * while.
 */
final class Harm {
    private static final int LONGEST_FREEZE_MILLIS = 12_000;
    private static final int LONGEST_OUTAGE_MILLIS = 3_000;
    private static final int LONGEST_SHARING_MILLIS = 3_000;
    private static final Duration UNTIL_AT_WORK = Duration.ofSeconds(2);
    private static final Duration UNTIL_MOVED = Duration.ofSeconds(15);

    // One in so many comes with a second at the same time, and with a rebalance.
    private static final int PAIRS = 4;
    private static final int REBALANCES = 8;

    private static final List<String> LANES =
            List.of("deliver-email", "deliver-webhook", "deliver-urgent", "deliver-inbox");

    private static final List<String> SERVERS = List.of("Postgres", "Kafka", "Redis");

    // Where messages are in the hand is where harm may do most.
    private static final List<String> FUNCTIONS =
            List.of(
                    "deliver-email",
                    "deliver-email",
                    "deliver-email",
                    "deliver-webhook",
                    "deliver-webhook",
                    "deliver-urgent",
                    "deliver-urgent",
                    "deliver-inbox",
                    "api",
                    "api",
                    "callbacks",
                    "ticker");

    private final LocalCloud cloud;
    private final Pace pace;
    private final Duration between;
    private final Random random;
    private final Consumer<String> progress;
    private final Map<String, Victim> victims = new ConcurrentSkipListMap<>();
    private final AtomicLong rebalances = new AtomicLong();
    private long pairs;

    Harm(LocalCloud cloud, Pace pace, Duration between, long seed, Consumer<String> progress) {
        this.cloud = cloud;
        this.pace = pace;
        this.between = between;
        this.random = new Random(seed);
        this.progress = progress;
    }

    /** Goes on until enough is killed or the time is over; everything runs again at its end. */
    void run(int kills, long endsAtNanos) throws InterruptedException {
        while (pace.killsDone() < kills && System.nanoTime() - endsAtNanos < 0) {
            Thread.sleep(between.dividedBy(2).plusMillis(random.nextLong(between.toMillis())));
            var steps = new ArrayList<Together.Step>();
            var first = victim();
            steps.add(harm(first));
            if (random.nextInt(PAIRS) == 0 && pace.killsDone() + 1 < kills) {
                var second = victim();
                while (second.equals(first)) {
                    second = victim();
                }
                steps.add(harm(second));
                pairs++;
            }
            if (random.nextInt(REBALANCES) == 0) {
                steps.add(rebalance());
            }
            Together.run(steps);
            progress.accept("%d of %d killed".formatted(pace.killsDone(), kills));
        }
    }

    /** What it has done so far. */
    Damage damage(String providerCalls, Duration took) {
        return new Damage(
                List.copyOf(victims.values()), pairs, rebalances.get(), providerCalls, took);
    }

    private String victim() {
        return random.nextInt(4) == 0 ? any(SERVERS) : any(FUNCTIONS);
    }

    private String any(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    private Together.Step harm(String victim) {
        boolean freeze = random.nextInt(3) == 0;
        int frozen = 200 + random.nextInt(LONGEST_FREEZE_MILLIS);
        int away = 200 + random.nextInt(LONGEST_OUTAGE_MILLIS);
        int place = random.nextInt(Integer.MAX_VALUE);
        var servers = cloud.servers();
        return switch (victim) {
            case "Postgres" -> () -> harm(servers.postgres(), freeze, Duration.ofMillis(away));
            case "Kafka" -> () -> harm(servers.kafka(), freeze, Duration.ofMillis(away));
            case "Redis" -> () -> harm(servers.redis(), freeze, Duration.ofMillis(away));
            default -> () -> harm(victim, place, freeze, Duration.ofMillis(frozen));
        };
    }

    private void harm(Server server, boolean freeze, Duration away) throws InterruptedException {
        if (freeze) {
            server.pause();
            harmed(server.name(), true, true);
            Thread.sleep(away);
            server.resume();
            return;
        }
        server.kill();
        harmed(server.name(), false, true);
        Thread.sleep(away);
        try {
            server.restart();
        } catch (ServerException e) {
            throw new BenchException(server.name() + " did not start again", e);
        }
    }

    private void harm(String function, int place, boolean freeze, Duration frozen)
            throws InterruptedException {
        boolean atWork = awaitAtWork(function);
        var processes = atWork ? cloud.busyProcessesOf(function) : cloud.processesOf(function);
        if (processes.isEmpty()) {
            return;
        }
        var victim = processes.get(place % processes.size());
        if (!freeze) {
            if (victim.destroyForcibly()) {
                harmed(function, false, atWork);
            }
            return;
        }
        signal("STOP", victim);
        harmed(function, true, atWork);
        Thread.sleep(frozen);
        if (victim.isAlive()) {
            signal("CONT", victim);
        }
    }

    /** Waits a little for a process of it to be in the middle of something. */
    private boolean awaitAtWork(String function) throws InterruptedException {
        var ends = System.nanoTime() + UNTIL_AT_WORK.toNanos();
        while (cloud.busyProcessesOf(function).isEmpty()) {
            if (System.nanoTime() - ends > 0) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }

    private void harmed(String victim, boolean freeze, boolean atWork) {
        var once = new Victim(victim, freeze ? 0 : 1, freeze ? 1 : 0, atWork ? 1 : 0);
        victims.merge(victim, once, Victim::plus);
        pace.killed();
    }

    /**
     * Moves partitions to another consumer and back while a batch is under way: it comes, and goes
     * in good order or without a word. Or the first one ends without a word, and another takes its
     * place.
     */
    private Together.Step rebalance() {
        var function = any(LANES);
        int how = random.nextInt(3);
        int shared = random.nextInt(LONGEST_SHARING_MILLIS);
        return () -> {
            awaitAtWork(function);
            if (how == 0) {
                cloud.killPoller(function);
                cloud.resumePoller(function);
                rebalances.incrementAndGet();
                return;
            }
            var second = cloud.startSecondPoller(function);
            try {
                if (second.awaitAssigned(UNTIL_MOVED)) {
                    rebalances.incrementAndGet();
                    Thread.sleep(shared);
                }
            } finally {
                if (how == 1) {
                    second.kill();
                } else {
                    second.close();
                }
            }
        };
    }

    private static void signal(String name, ProcessHandle process) throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new BenchException("There is no kill command to freeze a process with.", e);
        }
    }
}
