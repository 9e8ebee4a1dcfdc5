package io.herald.simulation;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.BiPredicate;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.LoggerConfig;

/** Runs one schedule after the other, and measures how fast. */
final class Schedules {

    private static final String USE_CASES = "io.herald";

    private Schedules() {}

    /**
     * Runs the schedules of so many seeds, beginning with the first, while there is time.
     *
     * @param goesOn is told each seed and its report; false ends it
     */
    static void run(
            long first,
            int count,
            Duration time,
            Protocol protocol,
            BiPredicate<Long, Simulation.Report> goesOn)
            throws InterruptedException {
        var log = (LoggerContext) LogManager.getContext(false);
        // Use cases log what goes wrong, and here much does.
        log.getConfiguration().addLogger(USE_CASES, new LoggerConfig(USE_CASES, Level.OFF, false));
        log.updateLoggers();
        // To hand the baton over to a thread of the platform and back takes several times as long.
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> runHere(first, count, time, protocol, goesOn)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            log.getConfiguration().removeLogger(USE_CASES);
            log.updateLoggers();
        }
    }

    private static void runHere(
            long first,
            int count,
            Duration time,
            Protocol protocol,
            BiPredicate<Long, Simulation.Report> goesOn) {
        long start = System.nanoTime();
        long steps = 0;
        long seed = first;
        boolean wanted = true;
        while (wanted && seed < first + count && System.nanoTime() - start < time.toNanos()) {
            var report = Simulation.run(seed, protocol, false);
            steps += report.steps();
            wanted = goesOn.test(seed, report);
            seed++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%,d schedules, %,d steps, %.1f s: %,.0f schedules a minute%n",
                seed - first, steps, seconds, (seed - first) * 60 / seconds);
    }
}
