package io.herald.simulation;

import io.herald.delivery.LaneRecord;
import io.herald.events.DispatchRecord;
import io.herald.events.DispatchRecords;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.outbox.LaneLag;
import io.herald.outbox.Publisher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** The lanes in memory: each has two partitions and a consumer group. */
final class SimulatedKafka implements Publisher, LaneLag {

    private static final int PARTITIONS = 2;

    private final Clock clock;
    private final Fate fate;
    private final List<Partition> partitions = new ArrayList<>();
    private final List<Late> late = new ArrayList<>();

    /** A record on a partition. */
    static final class Entry {
        private final DispatchRecord record;
        private final Instant at;
        private boolean isLost;
        private int deliveries;

        private Entry(DispatchRecord record, Instant at) {
            this.record = record;
            this.at = at;
        }

        DispatchRecord record() {
            return record;
        }

        boolean isLost() {
            return isLost;
        }

        /** How often it was given to a worker. */
        int deliveries() {
            return deliveries;
        }
    }

    /** A partition and how far its group has come. */
    static final class Partition {
        private final Lane lane;
        private final int number;
        private final List<Entry> entries = new ArrayList<>();
        private int committed;
        private int generation;
        private boolean isTaken;

        private Partition(Lane lane, int number) {
            this.lane = lane;
            this.number = number;
        }

        /** Whether there is something to be delivered and nobody does. */
        boolean waits() {
            return !isTaken && committed < entries.size();
        }

        boolean isTaken() {
            return isTaken;
        }

        Entry entry(int offset) {
            return entries.get(offset);
        }

        @Override
        public String toString() {
            return lane.text() + "-" + number;
        }
    }

    /** What one invocation is given. */
    record Batch(Partition partition, int generation, int from, int to) {

        /** Where a notification's record is, the first of those made at its acceptance. */
        OptionalInt offsetOf(NotificationId id) {
            return IntStream.range(from, to)
                    .filter(offset -> {
                        var entry = partition.entry(offset);
                        return !entry.isLost
                                && entry.record.sequence() == 0
                                && entry.record.id().equals(id.value());
                    })
                    .findFirst();
        }

        List<LaneRecord> records() {
            return IntStream.range(from, to)
                    .filter(offset -> !partition.entry(offset).isLost)
                    .mapToObj(offset -> laneRecord(offset, partition.entry(offset).record()))
                    .toList();
        }

        private LaneRecord laneRecord(int offset, DispatchRecord record) {
            return new LaneRecord(
                    partition.lane.topic(),
                    partition.number,
                    offset,
                    DispatchRecords.key(record),
                    DispatchRecords.encode(record));
        }
    }

    /** What the poller tells Kafka when an invocation has ended well. */
    interface Commits {
        void commit(Batch batch);
    }

    private record Late(DispatchRecord record, Instant at) {}

    SimulatedKafka(Clock clock, Fate fate) {
        this.clock = clock;
        this.fate = fate;
        for (var lane : Lane.values()) {
            for (int number = 0; number < PARTITIONS; number++) {
                partitions.add(new Partition(lane, number));
            }
        }
    }

    List<Partition> partitions() {
        return partitions;
    }

    @Override
    public boolean isAvailable() {
        return !fate.kafkaIsDown();
    }

    @Override
    public List<Result> publish(List<DispatchRecord> records, Duration budget) {
        return records.stream().map(this::publish).toList();
    }

    private Result publish(DispatchRecord record) {
        return switch (fate.ofRecord()) {
            case PUBLISHED -> {
                append(record);
                yield new Result.Published();
            }
            case PUBLISHED_TWICE -> {
                append(record);
                append(record);
                yield new Result.Published();
            }
            case PUBLISHED_AND_LOST -> {
                append(record).isLost = true;
                yield new Result.Published();
            }
            case PUBLISHED_UNHEARD -> {
                append(record);
                yield new Result.Unavailable("no answer in time");
            }
            case LATE -> {
                late.add(new Late(record, clock.instant().plus(fate.pause())));
                yield new Result.Unavailable("no answer in time");
            }
            case LOST -> new Result.Unavailable("no answer in time");
        };
    }

    private Entry append(DispatchRecord record) {
        var entry = new Entry(record, clock.instant());
        partitionOf(record).entries.add(entry);
        return entry;
    }

    Partition partitionOf(DispatchRecord record) {
        int number = Math.floorMod(Arrays.hashCode(DispatchRecords.key(record)), PARTITIONS);
        return partitions.stream()
                .filter(each -> each.lane.text().equals(record.lane()) && each.number == number)
                .findFirst()
                .orElseThrow();
    }

    /** When the next record comes through of which nobody heard in time. */
    Optional<Instant> nextLate() {
        return late.stream().map(Late::at).min(Instant::compareTo);
    }

    void arriveLate() {
        late.stream()
                .filter(each -> !each.at().isAfter(clock.instant()))
                .findFirst()
                .ifPresent(each -> {
                    late.remove(each);
                    append(each.record());
                });
    }

    /** Gives the next records of a partition to a worker. */
    Batch take(Partition partition, int limit) {
        int to = Math.min(partition.entries.size(), partition.committed + limit);
        var batch = new Batch(partition, partition.generation, partition.committed, to);
        partition.entries.subList(batch.from(), batch.to()).forEach(entry -> entry.deliveries++);
        partition.isTaken = true;
        return batch;
    }

    /**
     * The worker is done; what was not committed comes again. Of one that was replaced, nothing.
     */
    void letGo(Batch batch) {
        if (isCurrent(batch)) {
            batch.partition().isTaken = false;
        }
    }

    /** Gives the partition to another worker, while the one it had goes on. */
    void rebalance(Partition partition) {
        partition.generation++;
        partition.isTaken = false;
    }

    void commit(Batch batch) {
        if (isCurrent(batch)) {
            batch.partition().committed = batch.to();
        }
    }

    private static boolean isCurrent(Batch batch) {
        return batch.generation() == batch.partition().generation;
    }

    @Override
    public Set<Lane> caughtUpTo(Instant time) {
        if (fate.kafkaIsDown()) {
            return Set.of();
        }
        var lanes = EnumSet.allOf(Lane.class);
        for (var each : partitions) {
            if (each.entries.stream()
                    .skip(each.committed)
                    .anyMatch(entry -> entry.at.isBefore(time))) {
                lanes.remove(each.lane);
            }
        }
        return lanes;
    }
}
