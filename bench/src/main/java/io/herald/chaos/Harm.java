package io.herald.chaos;

import io.herald.bench.BenchException;
import io.herald.local.LocalCloud;
import io.herald.servers.Server;
import io.herald.servers.ServerException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Kills and freezes, at points of its own choosing. A function's process is killed while others of
 * it may run; the next request starts a new one, as on Lambda. A server is started again after a
 * while.
 */
final class Harm {
    private static final int LONGEST_FREEZE_MILLIS = 12_000;
    private static final int LONGEST_OUTAGE_MILLIS = 3_000;

    // One in so many comes with a second at the same time, and with a rebalance.
    private static final int PAIRS = 4;
    private static final int REBALANCES = 8;

    private static final List<String> LANES =
            List.of("deliver-email", "deliver-urgent", "deliver-inbox");

    // Where messages are in the hand is where harm may do most.
    private static final List<String> FUNCTIONS =
            List.of(
                    "deliver-email",
                    "deliver-email",
                    "deliver-email",
                    "deliver-urgent",
                    "deliver-urgent",
                    "deliver-inbox",
                    "api",
                    "api",
                    "ticker");

    private final LocalCloud cloud;
    private final Pace pace;
    private final Duration between;
    private final Random random;
    private final Consumer<String> progress;

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
            var victims = new ArrayList<Together.Step>();
            victims.add(victim());
            if (random.nextInt(PAIRS) == 0 && pace.killsDone() + 1 < kills) {
                victims.add(victim());
            }
            Together.run(victims);
            if (random.nextInt(REBALANCES) == 0) {
                rebalance(LANES.get(random.nextInt(LANES.size())));
            }
            progress.accept("%d of %d killed".formatted(pace.killsDone(), kills));
        }
    }

    private Together.Step victim() {
        boolean freeze = random.nextInt(3) == 0;
        int frozen = 200 + random.nextInt(LONGEST_FREEZE_MILLIS);
        int away = 200 + random.nextInt(LONGEST_OUTAGE_MILLIS);
        var servers = cloud.servers();
        int which = random.nextInt(12);
        return switch (which) {
            case 0 -> () -> harm(servers.postgres(), freeze, Duration.ofMillis(away));
            case 1 -> () -> harm(servers.kafka(), freeze, Duration.ofMillis(away));
            case 2 -> () -> harm(servers.redis(), freeze, Duration.ofMillis(away));
            default -> {
                var function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
                int place = random.nextInt(Integer.MAX_VALUE);
                yield () -> harm(function, place, freeze, Duration.ofMillis(frozen));
            }
        };
    }

    private void harm(Server server, boolean freeze, Duration away) throws InterruptedException {
        if (freeze) {
            server.pause();
            pace.killed();
            Thread.sleep(away);
            server.resume();
            return;
        }
        server.kill();
        pace.killed();
        Thread.sleep(away);
        try {
            server.restart();
        } catch (ServerException e) {
            throw new BenchException(server.name() + " did not start again", e);
        }
    }

    private void harm(String function, int place, boolean freeze, Duration frozen)
            throws InterruptedException {
        var processes = cloud.processesOf(function);
        if (processes.isEmpty()) {
            return;
        }
        var victim = processes.get(place % processes.size());
        if (!freeze) {
            if (victim.destroyForcibly()) {
                pace.killed();
            }
            return;
        }
        signal("STOP", victim);
        pace.killed();
        Thread.sleep(frozen);
        if (victim.isAlive()) {
            signal("CONT", victim);
        }
    }

    /** The consumer goes without a word, and another comes. */
    private void rebalance(String function) {
        cloud.killPoller(function);
        cloud.resumePoller(function);
    }

    private static void signal(String name, ProcessHandle process) throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new BenchException("There is no kill command to freeze a process with.", e);
        }
    }
}
