package io.herald.delivery;

import static java.util.Objects.requireNonNull;

import io.herald.attempt.Claim;
import io.herald.attempt.DecideOutcome;
import io.herald.attempt.Outcome;
import io.herald.attempt.Terms;
import io.herald.concurrent.Deadline;
import io.herald.deadletter.DeadLetters;
import io.herald.deadletter.UndecodableRecord;
import io.herald.events.DispatchRecord;
import io.herald.events.DispatchRecords;
import io.herald.events.UndecodableException;
import io.herald.fault.Faults;
import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UnstorableEventException;
import io.herald.schedule.DueWork;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what a lane gave: decode, claim, hand over, record. What is wrong with one record is
 * settled here. What escapes is an outage, and makes the whole batch come again, which is safe:
 * what was claimed is met as a SENDING and left to due work.
 */
public final class DeliverBatch {

    private static final Logger LOG = LoggerFactory.getLogger(DeliverBatch.class);
    private static final Duration RECORD_PAUSE = Duration.ofMillis(200);

    private final MakeMessages messages;
    private final Timeline timeline;
    private final DueWork dueWork;
    private final DeadLetters deadLetters;
    private final Map<Channel, HandOver> handOvers;
    private final DecideOutcome decide;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Duration lease;

    /**
     * @param nanoTime the monotonic clock the lease is counted on
     * @param lease how long a claim holds; shorter than the function's timeout, and longer than a
     *     provider's
     */
    public DeliverBatch(
            MakeMessages messages,
            Timeline timeline,
            DueWork dueWork,
            DeadLetters deadLetters,
            Map<Channel, HandOver> handOvers,
            DecideOutcome decide,
            Clock clock,
            LongSupplier nanoTime,
            Duration lease) {
        this.messages = messages;
        this.timeline = timeline;
        this.dueWork = dueWork;
        this.deadLetters = deadLetters;
        this.handOvers = Map.copyOf(handOvers);
        this.decide = decide;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lease = lease;
    }

    /** A claimed record on its way. */
    private record Claimed(Claim claim, DispatchRecord record, Channel channel) {
        // A batch has one for each notification; to hash all of its payload would cost.
        @Override
        public boolean equals(Object other) {
            return other instanceof Claimed(var otherClaim, _, _)
                    && claim.notification().equals(otherClaim.notification());
        }

        @Override
        public int hashCode() {
            return claim.notification().hashCode();
        }
    }

    /** A record and where it came from. */
    private record Decoded(LaneRecord source, DispatchRecord record) {}

    /**
     * @param batch in the order of each partition
     */
    public void deliver(List<LaneRecord> batch) {
        var decoded = decode(batch);
        if (decoded.isEmpty()) {
            return;
        }
        var records = decoded.values().stream().map(Decoded::record).toList();
        var background = messages.read(records);
        // Counted from before the claim, so that the hand-over ends before others may take it for
        // lost.
        var deadline = Deadline.in(lease, nanoTime);
        var claims = claim(decoded);
        var claimed = new ArrayList<Claimed>(claims.size());
        for (var record : records) {
            var claim = claims.get(new NotificationId(record.id()));
            if (claim != null) {
                claimed.add(new Claimed(claim, record, Channel.of(record.channel()).orElseThrow()));
            }
        }
        record(handOver(claimed, background, deadline), deadline);
    }

    private Map<NotificationId, Decoded> decode(List<LaneRecord> batch) {
        // Two copies of one notification in a batch: the one that was released last counts.
        var records = new LinkedHashMap<NotificationId, Decoded>();
        var undecodable = new ArrayList<UndecodableRecord>();
        for (var item : batch) {
            try {
                var record = decode(item);
                records.merge(
                        new NotificationId(record.id()),
                        new Decoded(item, record),
                        (one, other) ->
                                one.record().sequence() >= other.record().sequence() ? one : other);
            } catch (UndecodableException e) {
                undecodable.add(deadLetter(item, String.valueOf(e.getMessage())));
            }
        }
        keep(undecodable);
        return records;
    }

    private UndecodableRecord deadLetter(LaneRecord item, String cause) {
        return new UndecodableRecord(
                item.topic(),
                item.partition(),
                item.offset(),
                item.key(),
                item.value() == null ? new byte[0] : item.value(),
                cause,
                clock.instant());
    }

    private void keep(List<UndecodableRecord> records) {
        if (!records.isEmpty()) {
            LOG.error("{} records are of no use and became dead letters", records.size());
            deadLetters.keep(records);
        }
    }

    private static DispatchRecord decode(LaneRecord item) throws UndecodableException {
        if (item.value() == null) {
            throw new UndecodableException("the record has no value");
        }
        var record = DispatchRecords.decode(item.value());
        if (Channel.of(record.channel()).isEmpty()) {
            throw new UndecodableException("the channel is not known");
        }
        return record;
    }

    private Map<NotificationId, Claim> claim(Map<NotificationId, Decoded> records) {
        var at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var open = new LinkedHashMap<NotificationId, Claim>();
        for (var item : records.values()) {
            var record = item.record();
            var id = new NotificationId(record.id());
            open.put(
                    id,
                    new Claim(
                            new TenantId(record.tenant()),
                            id,
                            record.sequence() + 1,
                            record.attempt(),
                            terms(record),
                            at,
                            at.plus(lease),
                            record.relayed()));
        }
        var won = new HashMap<NotificationId, Claim>();
        var watches = new ArrayList<DueWork.Watch>();
        while (!open.isEmpty()) {
            var transitions =
                    open.values().stream()
                            .map(claim -> Transition.of(claim.tenant(), claim.event()))
                            .toList();
            Set<NotificationId> stored;
            try {
                stored = timeline.append(transitions);
            } catch (UnstorableEventException e) {
                // Such as an id whose partition is long gone: no other copy would fare better.
                stored = e.stored();
                keep(unstorable(e, records));
                open.keySet().removeAll(e.unstorable().keySet());
            }
            for (var id : stored) {
                var claim = open.remove(id);
                if (claim != null && !claim.isExpired()) {
                    won.put(id, claim);
                }
            }
            if (open.isEmpty()) {
                break;
            }
            var newest = timeline.newest(open.keySet());
            for (var claim : List.copyOf(open.values())) {
                open.remove(claim.notification());
                switch (claim.afterLosing(newest.get(claim.notification()))) {
                    case Claim.Decision.Again(var again) -> open.put(again.notification(), again);
                    case Claim.Decision.Watch(var sequence, var leaseEnd) ->
                            watches.add(
                                    new DueWork.Watch(
                                            claim.tenant(),
                                            claim.notification(),
                                            sequence,
                                            leaseEnd));
                    case Claim.Decision.Stale() -> {}
                }
            }
        }
        if (!watches.isEmpty()) {
            dueWork.watch(watches);
        }
        return won;
    }

    private static Terms terms(DispatchRecord record) {
        return new Terms(
                Channel.of(record.channel()).orElseThrow(),
                record.atMostOnce() ? Guarantee.AT_MOST_ONCE : Guarantee.AT_LEAST_ONCE,
                record.since() == null
                        ? new NotificationId(record.id()).acceptedAt()
                        : record.since(),
                record.attemptsBefore(),
                record.expiresAt());
    }

    private List<UndecodableRecord> unstorable(
            UnstorableEventException e, Map<NotificationId, Decoded> records) {
        var letters = new ArrayList<UndecodableRecord>();
        e.unstorable()
                .forEach((id, cause) -> {
                    var item = records.get(id);
                    if (item != null) {
                        letters.add(deadLetter(item.source(), cause));
                    }
                });
        return letters;
    }

    private Map<Claim, Outcome> handOver(
            List<Claimed> claimed, MakeMessages.Background background, Deadline deadline) {
        var outcomes = new LinkedHashMap<Claim, Outcome>();
        var ready = new LinkedHashMap<Claimed, Draft>();
        for (var item : claimed) {
            if (!handOvers.containsKey(item.channel())) {
                outcomes.put(
                        item.claim(),
                        new Outcome.Rejected(
                                new Reason(
                                        "no_provider", "No provider is set up for its channel.")));
                continue;
            }
            switch (make(item, background)) {
                case MakeMessages.Result.Made(var draft) -> ready.put(item, draft);
                case MakeMessages.Result.Impossible(var reason) ->
                        outcomes.put(item.claim(), new Outcome.Rejected(reason));
            }
        }
        for (var wave : waves(ready)) {
            var byChannel = new EnumMap<Channel, List<Claimed>>(Channel.class);
            wave.forEach(item ->
                    byChannel.computeIfAbsent(item.channel(), _ -> new ArrayList<>()).add(item));
            outcomes.putAll(handOver(byChannel, ready, deadline));
        }
        return outcomes;
    }

    /** The channels side by side: a provider that hangs takes no other's time. */
    private Map<Claim, Outcome> handOver(
            Map<Channel, List<Claimed>> byChannel, Map<Claimed, Draft> ready, Deadline deadline) {
        var running = new EnumMap<Channel, Future<List<Outcome>>>(Channel.class);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            byChannel.forEach((channel, items) -> {
                var handOver = requireNonNull(handOvers.get(channel));
                var drafts = items.stream().map(ready::get).toList();
                running.put(channel, executor.submit(() -> handOver(handOver, drafts, deadline)));
            });
        }
        var outcomes = new LinkedHashMap<Claim, Outcome>();
        running.forEach((channel, ended) -> {
            var results = ended.resultNow();
            var items = requireNonNull(byChannel.get(channel));
            for (int i = 0; i < items.size(); i++) {
                outcomes.put(items.get(i).claim(), results.get(i));
            }
        });
        return outcomes;
    }

    /** An unexpected fault over one channel takes no outcome from the others. */
    private static List<Outcome> handOver(
            HandOver handOver, List<Draft> drafts, Deadline deadline) {
        try {
            return handOver.handOver(drafts, deadline);
        } catch (RuntimeException e) {
            LOG.error("the hand-over of {} messages failed: {}", drafts.size(), Faults.trace(e));
            return Collections.nCopies(drafts.size(), Outcome.Lost.byOurFault());
        }
    }

    /** An unexpected fault over one record is that record's outcome, and none of the others'. */
    private MakeMessages.Result make(Claimed item, MakeMessages.Background background) {
        try {
            return messages.make(item.record(), item.claim().attempt(), item.channel(), background);
        } catch (RuntimeException e) {
            LOG.error(
                    "notification {} cannot be made: {}",
                    item.claim().notification(),
                    Faults.trace(e));
            return new MakeMessages.Result.Impossible(
                    new Reason("internal_error", "Herald failed while it made the message."));
        }
    }

    /**
     * A hand-over keeps the order within its channel. Where a lane mixes channels, each user's next
     * message waits for the wave with the one before.
     */
    private static List<List<Claimed>> waves(Map<Claimed, Draft> ready) {
        if (ready.keySet().stream().map(Claimed::channel).distinct().count() <= 1) {
            return ready.isEmpty() ? List.of() : List.of(List.copyOf(ready.keySet()));
        }
        return Waves.of(
                List.copyOf(ready.keySet()), item -> requireNonNull(ready.get(item)).person());
    }

    private void record(Map<Claim, Outcome> outcomes, Deadline deadline) {
        var open = new LinkedHashMap<Claim, Transition>();
        outcomes.forEach((claim, outcome) -> open.put(claim, decide.first(claim, outcome)));
        while (!open.isEmpty()) {
            var stored = append(List.copyOf(open.values()), deadline);
            open.keySet().removeIf(claim -> stored.contains(claim.notification()));
            if (open.isEmpty()) {
                return;
            }
            var newest = timeline.newest(open.keySet().stream().map(Claim::notification).toList());
            var tried = new LinkedHashMap<>(open);
            open.clear();
            tried.forEach((claim, transition) -> {
                var event = newest.get(claim.notification());
                var outcome = outcomes.get(claim);
                // Its own event is there when the commit went through and its answer did not.
                if (event != null && outcome != null && !event.equals(transition.event())) {
                    decide.late(claim, outcome, event).ifPresent(late -> open.put(claim, late));
                }
            });
        }
    }

    /**
     * What a provider took is worth some patience: while the lease lasts, an outage of the store is
     * waited out, for to give up would mean to hand over again.
     */
    private Set<NotificationId> append(List<Transition> transitions, Deadline deadline) {
        while (true) {
            try {
                return timeline.append(transitions);
            } catch (UnstorableEventException e) {
                // The lease of those lapses, and due work settles them.
                LOG.error("outcomes cannot be stored: {}", e.unstorable());
                var settled = new HashSet<>(e.stored());
                settled.addAll(e.unstorable().keySet());
                return settled;
            } catch (StoreUnavailableException e) {
                if (deadline.remaining().compareTo(RECORD_PAUSE) <= 0
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(RECORD_PAUSE.toNanos());
            }
        }
    }
}
