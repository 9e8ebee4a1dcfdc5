package io.herald.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Decides by the seed what goes wrong, and how often: some schedules have no fault, some many. The
 * number of faults is bounded, so that everything can settle in the end.
 */
final class Fate {

    /** What may go wrong at a call of a port. */
    enum Fault {
        NONE,
        /** The process is killed. */
        CRASH,
        /** The process stands still, often for longer than a lease. */
        FREEZE,
        /** The call fails; an outage begins. */
        OUTAGE
    }

    /** What becomes of a record that is published. */
    enum Publication {
        PUBLISHED,
        PUBLISHED_TWICE,
        /** Acknowledged, and gone: a Kafka without its disks. */
        PUBLISHED_AND_LOST,
        /** It is there, and its acknowledgement is lost. */
        PUBLISHED_UNHEARD,
        /** It comes later than anybody waits. */
        LATE,
        LOST
    }

    /** What a provider does. */
    enum Answer {
        SENT,
        REFUSED,
        THROTTLED,
        /** It took the message, and its answer is lost. */
        SENT_UNHEARD,
        /** It did not take the message, and its answer is lost. */
        REFUSED_UNHEARD
    }

    private static final List<Double> RATES = List.of(0.0, 0.05, 0.1, 0.2, 0.4);

    private final SplittableRandom random;
    private final Clock clock;
    private final double callRate;
    private final double recordRate;
    private final double answerRate;
    private final double goOnRate;
    private int faultsLeft;
    private Instant storeDownUntil = Instant.MIN;
    private Instant kafkaDownUntil = Instant.MIN;

    Fate(SplittableRandom random, Clock clock) {
        this.random = random;
        this.clock = clock;
        this.callRate = oneOf(RATES);
        this.recordRate = oneOf(RATES);
        this.answerRate = oneOf(RATES);
        this.goOnRate = oneOf(List.of(0.0, 0.5, 0.9));
        this.faultsLeft = random.nextInt(1, 12);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** From the first, which may be drawn, to the last, which may not. */
    int number(int from, int to) {
        return random.nextInt(from, to);
    }

    boolean goesOn() {
        return random.nextDouble() < goOnRate;
    }

    private boolean strikes(double rate) {
        if (faultsLeft == 0 || random.nextDouble() >= rate) {
            return false;
        }
        faultsLeft--;
        return true;
    }

    Fault atCall() {
        return strikes(callRate)
                ? oneOf(List.of(Fault.CRASH, Fault.CRASH, Fault.FREEZE, Fault.OUTAGE))
                : Fault.NONE;
    }

    Publication ofRecord() {
        if (kafkaIsDown()) {
            return Publication.LOST;
        }
        return strikes(recordRate) ? oneOf(List.of(Publication.values())) : Publication.PUBLISHED;
    }

    Answer ofProvider() {
        return random.nextDouble() < answerRate ? oneOf(List.of(Answer.values())) : Answer.SENT;
    }

    boolean storeIsDown() {
        return clock.instant().isBefore(storeDownUntil);
    }

    boolean kafkaIsDown() {
        return clock.instant().isBefore(kafkaDownUntil);
    }

    void storeGoesDown() {
        storeDownUntil = clock.instant().plusMillis(number(1, 12_000));
    }

    void kafkaGoesDown() {
        kafkaDownUntil = clock.instant().plusMillis(number(1, 12_000));
    }

    /** Mostly shorter than a lease, often longer. */
    Duration pause() {
        return Duration.ofMillis(random.nextLong(1, oneOf(List.of(1_000L, 12_000L, 40_000L))));
    }

    /** What a call takes. */
    Duration moment() {
        return Duration.ofNanos(1_000 * random.nextLong(1, 20_000));
    }
}
