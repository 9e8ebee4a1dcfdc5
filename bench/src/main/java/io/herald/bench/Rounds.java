package io.herald.bench;

import static java.util.stream.Collectors.joining;

import io.herald.bench.Load.Volume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures both sides in turns, and takes the medians. */
final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private static final String PER_SECOND = "notifications/s";
    private static final double[] PERCENTILES = {50, 95, 99};

    // Submitted and not yet sent: as much as a lane's function may have before it.
    private static final int BACKLOG_BATCHES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofNanos(500_000);

    private final BenchSettings settings;
    private final Side herald;
    private final Side raw;
    private final Consumer<String> progress;

    Rounds(BenchSettings settings, Side herald, Side raw, Consumer<String> progress) {
        this.settings = settings;
        this.herald = herald;
        this.raw = raw;
        this.progress = progress;
    }

    /** What one round of one side gives. */
    private interface Round<T> {
        T of(Side side, Duration duration) throws InterruptedException;
    }

    /** How many are accepted a second. */
    Measurement accepted() throws InterruptedException {
        return rate("accepted", (side, duration) -> Load.saturate(side.accepting(), duration));
    }

    /** How many are sent a second, from the first call to the last recorded outcome. */
    Measurement sent() throws InterruptedException {
        return rate("sent", this::sent);
    }

    /** How long single calls take. */
    List<Measurement> post() throws InterruptedException {
        Round<long[]> round =
                (side, duration) -> Load.onSchedule(side.posting(), settings.rate(), duration);
        progress.accept("post: warming up");
        round.of(herald, settings.warmUp());
        round.of(raw, settings.round());
        var results = results("post", round);
        var rows = new ArrayList<Measurement>();
        for (var percentile : PERCENTILES) {
            Function<long[], Double> milliseconds = sorted -> percentile(sorted, percentile) / 1e6;
            rows.add(
                    new Measurement(
                            "post",
                            median(results.herald(), milliseconds),
                            "ms P%.0f".formatted(percentile),
                            median(results.raw(), milliseconds)));
        }
        return rows;
    }

    private Measurement rate(String name, Round<Volume> round) throws InterruptedException {
        progress.accept(name + ": warming up");
        warmUp(herald, round);
        round.of(raw, settings.round());
        var results = results(name, round);
        return new Measurement(
                name,
                median(results.herald(), Volume::perSecond),
                PER_SECOND,
                median(results.raw(), Volume::perSecond));
    }

    /**
     * By what was done and not by time alone: on a slow machine the compiler would take its share
     * out of what is measured.
     */
    private void warmUp(Side side, Round<Volume> round) throws InterruptedException {
        var end = System.nanoTime() + settings.longestWarmUp().toNanos();
        long count = 0;
        while (count < settings.warmUpCount() && System.nanoTime() - end < 0) {
            count += round.of(side, settings.round()).count();
        }
    }

    /** Of each side, what each round gave. */
    private record Results<T>(List<T> herald, List<T> raw) {}

    private <T> Results<T> results(String name, Round<T> round) throws InterruptedException {
        var results = new Results<T>(new ArrayList<>(), new ArrayList<>());
        for (int number = 1; number <= settings.rounds(); number++) {
            progress.accept("%s: round %d of %d".formatted(name, number, settings.rounds()));
            results.herald().add(measured(name, "Herald", round.of(herald, settings.round())));
            progress.accept(
                    "%s: round %d of %d, the raw limit".formatted(name, number, settings.rounds()));
            results.raw().add(measured(name, "raw", round.of(raw, settings.round())));
        }
        return results;
    }

    /** Each round is in the log: how far they lie apart says what their median is worth. */
    private static <T> T measured(String name, String side, T result) {
        LOG.info(
                "{}, {}: {}", name, side, result instanceof long[] sorted ? shown(sorted) : result);
        return result;
    }

    private static String shown(long[] sorted) {
        return Arrays.stream(PERCENTILES)
                .mapToObj(percentile ->
                        "P%.0f %.2f ms".formatted(percentile, percentile(sorted, percentile) / 1e6))
                .collect(joining(", "));
    }

    /** The clock runs until the last of them is sent. */
    Volume sent(Side side, Duration duration) throws InterruptedException {
        try (var delivering = side.deliver()) {
            var before = side.sent();
            var submitted = new LongAdder();
            var start = System.nanoTime();
            var callers =
                    side.submitting().stream()
                            .map(caller ->
                                    (Load.Caller)
                                            () -> {
                                                if (submitted.sum() - (side.sent() - before)
                                                        > (long) BACKLOG_BATCHES
                                                                * settings.batch()) {
                                                    LockSupport.parkNanos(PAUSE.toNanos());
                                                    return 0;
                                                }
                                                int count = caller.call();
                                                submitted.add(count);
                                                return count;
                                            })
                            .toList();
            var volume = Load.saturate(callers, duration);
            awaitSent(side, before + volume.count());
            return new Volume(volume.count(), System.nanoTime() - start);
        }
    }

    /**
     * @throws BenchException when that takes too long
     */
    static void awaitSent(Side side, long count) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (side.sent() < count) {
            if (System.nanoTime() - end > 0) {
                throw new BenchException(
                        "Of %d that were submitted %d were sent %d s later."
                                .formatted(count, side.sent(), PATIENCE.toSeconds()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static <T> double median(List<T> results, Function<T, Double> figure) {
        var sorted = results.stream().map(figure).sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The least value that so many percent of all do not exceed. */
    static long percentile(long[] sorted, double percent) {
        return sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100) - 1)];
    }
}
