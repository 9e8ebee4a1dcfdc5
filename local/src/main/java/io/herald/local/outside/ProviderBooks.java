package io.herald.local.outside;

import io.herald.local.outside.HandedOver.Ending;
import io.herald.local.outside.HandedOver.Taking;
import io.herald.local.outside.ProviderFaults.Fault;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a stand-in provider knows: which keys it has accepted. All of it is in its record, and is
 * read from there at the start. A call is written down before it is answered, together with how it
 * will be.
 */
final class ProviderBooks implements AutoCloseable {

    private final ProviderRecord.Writer writer;
    private final Clock clock;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<Taking, Long> takings = new EnumMap<>(Taking.class);
    private final Map<Ending, Long> endings = new EnumMap<>(Ending.class);
    private long sequence;
    private long calls;

    /** What is known of a key: how often it came, and what its message is called, if accepted. */
    private record Known(int times, @Nullable String id) {
        static final Known NOTHING = new Known(0, null);
    }

    /**
     * A call that was written down.
     *
     * @param chance goes on with what else befalls the call
     */
    record Taken(Fault fault, SplittableRandom chance, List<HandedOver> lines) {}

    /**
     * @param messages lines by what became of the message
     * @param calls by how they ended
     */
    record Counts(Map<Taking, Long> messages, Map<Ending, Long> calls) {}

    ProviderBooks(ProviderRecord record, Clock clock) throws IOException {
        this.clock = clock;
        this.writer = record.open();
        record.forEach(this::learn);
    }

    /**
     * @throws IOException when it cannot be written down; then nothing was taken
     */
    synchronized Taken take(List<Incoming> call, boolean bulk, ProviderFaults faults)
            throws IOException {
        var first = call.getFirst().key();
        var chance = faults.chance(first, knownOf(first).times());
        var fault = faults.faultOf(chance);
        boolean takes =
                switch (fault) {
                    case NONE, CUT_AFTER -> true;
                    case THROTTLE, CUT_BEFORE -> false;
                    case FAIL, HANG -> chance.nextBoolean();
                };
        var lines = new ArrayList<HandedOver>(call.size());
        var ids = new HashMap<String, String>();
        for (var message : call) {
            lines.add(line(message, bulk, faults, takes, endingOf(fault), lines.size() + 1, ids));
        }
        writer.write(lines);
        lines.forEach(this::learn);
        return new Taken(fault, chance, lines);
    }

    private HandedOver line(
            Incoming message,
            boolean bulk,
            ProviderFaults faults,
            boolean takes,
            Ending ending,
            int place,
            Map<String, String> idsOfCall) {
        var key = message.key();
        var before = knownOf(key);
        var id = before.id() == null ? idsOfCall.get(key) : before.id();
        Taking taking;
        if (!takes) {
            taking = Taking.NOT_TAKEN;
        } else if (id != null) {
            taking = Taking.DUPLICATE;
        } else if (faults.chance(key, ~before.times()).nextDouble() < faults.refuse()) {
            taking = Taking.REFUSED;
        } else {
            taking = Taking.ACCEPTED;
            id = "stand-in-" + (sequence + place);
            idsOfCall.put(key, id);
        }
        return new HandedOver(
                sequence + place,
                clock.millis(),
                calls + 1,
                bulk,
                key,
                message.notification(),
                message.attempt(),
                message.tenant(),
                message.user(),
                message.to(),
                taking,
                ending,
                takes ? id : null);
    }

    private Known knownOf(String key) {
        return known.getOrDefault(key, Known.NOTHING);
    }

    private void learn(HandedOver line) {
        var before = knownOf(line.key());
        known.put(
                line.key(),
                new Known(
                        before.times() + 1,
                        line.taking() == Taking.ACCEPTED ? line.id() : before.id()));
        takings.merge(line.taking(), 1L, Long::sum);
        if (line.call() != calls) {
            endings.merge(line.ending(), 1L, Long::sum);
        }
        sequence = line.sequence();
        calls = line.call();
    }

    synchronized Counts counts() {
        return new Counts(Map.copyOf(takings), Map.copyOf(endings));
    }

    private static Ending endingOf(Fault fault) {
        return switch (fault) {
            case NONE -> Ending.ANSWERED;
            case THROTTLE -> Ending.THROTTLED;
            case FAIL -> Ending.FAILED;
            case CUT_BEFORE, CUT_AFTER -> Ending.CUT;
            case HANG -> Ending.HUNG;
        };
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
