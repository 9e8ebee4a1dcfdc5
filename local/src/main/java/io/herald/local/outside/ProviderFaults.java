package io.herald.local.outside;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SplittableRandom;

/**
 * How a {@link StandInProvider} misbehaves. The shares of calls are between 0 and 1 and together at
 * most 1. Which calls they befall follows from the seed, the key of the call's first message and
 * how often that came, so that a run can be repeated however its threads interleave.
 *
 * @param seed another one, other calls
 * @param latencyMillis before each answer
 * @param throttle share of calls answered with 429, or with 503 and Retry-After; nothing is taken
 * @param retryAfterSeconds what those say
 * @param fail share of calls answered with 500; every second one has taken the messages
 * @param cutBefore share of calls whose connection is cut with nothing taken
 * @param cutAfter share of calls whose connection is cut with the messages taken
 * @param hang share of calls that get no answer; every second one has taken the messages
 * @param hangMillis how long they get none; then the connection is cut
 * @param refuse share of messages, not calls, that are refused
 * @param receipts what comes afterwards
 */
public record ProviderFaults(
        long seed,
        Range latencyMillis,
        double throttle,
        int retryAfterSeconds,
        double fail,
        double cutBefore,
        double cutAfter,
        double hang,
        long hangMillis,
        double refuse,
        Receipts receipts) {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();
    private static final long DEFAULT_HANG_MILLIS = 30_000;

    /** None, and no receipts. */
    public static final ProviderFaults NONE =
            new ProviderFaults(
                    0, Range.ZERO, 0, 1, 0, 0, 0, 0, DEFAULT_HANG_MILLIS, 0, Receipts.NONE);

    /**
     * @throws IllegalArgumentException when a share is none
     */
    public ProviderFaults {
        requireShares(throttle, fail, cutBefore, cutAfter, hang);
        requireShares(refuse);
        if (retryAfterSeconds < 0 || hangMillis < 0) {
            throw new IllegalArgumentException("a time is not negative");
        }
    }

    /**
     * Any number between two, both included.
     *
     * @param from 0 or more
     * @param to {@code from} or more
     */
    public record Range(long from, long to) {
        public static final Range ZERO = new Range(0, 0);

        /**
         * @throws IllegalArgumentException when there is none between them
         */
        public Range {
            if (from < 0 || to < from) {
                throw new IllegalArgumentException("not a range: " + from + " to " + to);
            }
        }

        long any(SplittableRandom random) {
            return from == to ? from : random.nextLong(from, to + 1);
        }
    }

    /**
     * The receipts of what was accepted: that it was sent, and then that it was delivered or
     * bounced. All shares are of messages.
     *
     * @param on whether there are any
     * @param delayMillis after the acceptance; 0 is before the answer
     * @param early share whose delay is 0 whatever the range
     * @param doubled share whose receipts come twice
     * @param reordered share of which the last comes first
     * @param bounced share that bounces
     * @param lateBounced share that bounces after it was delivered
     */
    public record Receipts(
            boolean on,
            Range delayMillis,
            double early,
            double doubled,
            double reordered,
            double bounced,
            double lateBounced) {

        public static final Receipts NONE = new Receipts(false, Range.ZERO, 0, 0, 0, 0, 0);

        /**
         * @throws IllegalArgumentException when a share is none
         */
        public Receipts {
            requireShares(early);
            requireShares(doubled);
            requireShares(reordered);
            requireShares(bounced, lateBounced);
        }

        /** One of each, in order, after a while. */
        public static Receipts after(Range delayMillis) {
            return new Receipts(true, delayMillis, 0, 0, 0, 0, 0);
        }
    }

    /**
     * @param json an object with any of the fields; the others are as in {@link #NONE}
     * @throws IllegalArgumentException when it is not that
     */
    public static ProviderFaults parse(String json) {
        try {
            if (!(JSON.readTree(json) instanceof ObjectNode given)) {
                throw new IllegalArgumentException("not an object");
            }
            var all = JSON.<ObjectNode>valueToTree(NONE);
            if (given.get("receipts") instanceof ObjectNode receipts) {
                given.set("receipts", all.withObject("/receipts").setAll(receipts));
            }
            return JSON.treeToValue(all.setAll(given), ProviderFaults.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /** As {@link #parse} reads it. */
    public String toJson() {
        return JSON.valueToTree(this).toString();
    }

    /** The same with other receipts. */
    public ProviderFaults withReceipts(Receipts other) {
        return new ProviderFaults(
                seed,
                latencyMillis,
                throttle,
                retryAfterSeconds,
                fail,
                cutBefore,
                cutAfter,
                hang,
                hangMillis,
                refuse,
                other);
    }

    /** What befalls a call. */
    enum Fault {
        NONE,
        THROTTLE,
        FAIL,
        CUT_BEFORE,
        CUT_AFTER,
        HANG
    }

    Fault faultOf(SplittableRandom random) {
        double drawn = random.nextDouble();
        double bound = throttle;
        if (drawn < bound) {
            return Fault.THROTTLE;
        }
        bound += fail;
        if (drawn < bound) {
            return Fault.FAIL;
        }
        bound += cutBefore;
        if (drawn < bound) {
            return Fault.CUT_BEFORE;
        }
        bound += cutAfter;
        if (drawn < bound) {
            return Fault.CUT_AFTER;
        }
        return drawn < bound + hang ? Fault.HANG : Fault.NONE;
    }

    /**
     * The chance of one message or call.
     *
     * @param times how often the key has come before
     */
    SplittableRandom chance(String key, int times) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + key.hashCode() * 31L + times);
    }

    private static void requireShares(double... shares) {
        double sum = 0;
        for (double share : shares) {
            if (!(share >= 0)) {
                throw new IllegalArgumentException("not a share: " + share);
            }
            sum += share;
        }
        if (sum > 1 + 1e-9) {
            throw new IllegalArgumentException("shares of more than all: " + sum);
        }
    }
}
