package io.herald.outbox;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.herald.events.DispatchRecord;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UnstorableEventException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what acceptance and releases left in the outbox. A crash between any two steps leaves
 * the row, which is taken again when its lease ends; a record that is published twice is told apart
 * by its claim.
 *
 * <p>It puts no more on a lane than {@link LaneRoom} says, and takes first what has the earlier
 * turn, so that a tenant's flood waits here, where others' mail passes it. What comes of a
 * submission by this way says so, as it may be later than what was published at once after it.
 *
 * <p>A lane that Kafka does not take holds the others up for one budget at most: what was not
 * published comes again after a while, and what comes behind it goes on. For one thread at a time.
 */
public final class RelayOutbox {

    private static final Logger LOG = LoggerFactory.getLogger(RelayOutbox.class);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(15);
    private static final int MOST_IN_VAIN = 5;

    private final Outbox outbox;
    private final Publisher publisher;
    private final Timeline timeline;
    private final LaneRoom lanes;
    private final Clock clock;
    private final Settings settings;
    private boolean busy;
    private int inVain;

    /**
     * How the outbox is relayed.
     *
     * @param lease how long a row is hidden from other relays; longer than the budget
     * @param budget the longest one publication may take
     * @param rows how many rows of each lane one step takes at most
     * @param bytes about how much one step reads, publishes and holds in memory
     */
    public record Settings(Duration lease, Duration budget, int rows, long bytes) {
        public Settings {
            if (lease.compareTo(budget) <= 0) {
                throw new IllegalArgumentException("the lease must outlast the budget");
            }
        }
    }

    public RelayOutbox(
            Outbox outbox,
            Publisher publisher,
            Timeline timeline,
            LaneRoom lanes,
            Clock clock,
            Settings settings) {
        this.outbox = outbox;
        this.publisher = publisher;
        this.timeline = timeline;
        this.lanes = lanes;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * Takes one helping of rows and publishes them.
     *
     * @return whether it is worth going on at once: Kafka took something, or what it did not take
     *     may lie before what it does
     */
    public boolean step() {
        if (!publisher.isAvailable()) {
            return false;
        }
        var rows =
                outbox.lease(
                        clock.instant(),
                        settings.lease(),
                        lanes.look(busy),
                        settings.rows(),
                        settings.bytes());
        busy = !rows.isEmpty();
        if (rows.isEmpty()) {
            return false;
        }
        var records = outbox.records(rows);
        var all =
                rows.stream()
                        .flatMap(row -> records.getOrDefault(row, List.of()).stream())
                        .toList();
        all.stream()
                .collect(groupingBy(DispatchRecord::lane, counting()))
                .forEach((lane, count) ->
                        Lane.of(lane).ifPresent(known -> lanes.took(known, count.intValue())));
        var results = publisher.publish(marked(all), settings.budget()).iterator();

        var done = new ArrayList<OutboxRow>();
        var later = new ArrayList<OutboxRow>();
        var refused = new ArrayList<Transition>();
        for (var row : rows) {
            boolean published = true;
            for (var record : records.getOrDefault(row, List.of())) {
                switch (results.next()) {
                    case Publisher.Result.Published() -> {}
                    case Publisher.Result.Unavailable _ -> published = false;
                    case Publisher.Result.Refused(var cause) ->
                            refused.add(undeliverable(record, cause));
                }
            }
            (published ? done : later).add(row);
        }
        // A lost race here means that the notification moved on without this record.
        if (!refused.isEmpty()) {
            fail(refused);
        }
        outbox.delete(done);
        var now = clock.instant();
        outbox.postpone(later.stream().collect(toMap(row -> row, row -> now.plus(backoff(row)))));
        inVain = done.isEmpty() ? inVain + 1 : 0;
        // In an outage of all lanes, to go on like this would only wear out the store.
        return inVain % MOST_IN_VAIN != 0 || inVain == 0;
    }

    /** What was released has an event that says so. */
    private static List<DispatchRecord> marked(List<DispatchRecord> records) {
        return records.stream()
                .map(record -> record.sequence() == 0 ? record.asRelayed() : record)
                .toList();
    }

    private void fail(List<Transition> refused) {
        try {
            timeline.append(refused);
        } catch (UnstorableEventException e) {
            // Such as an id whose partition is gone: what can neither be published nor said to have
            // failed must not hold up the rows beside it for ever.
            LOG.error("refused records cannot be recorded: {}", e.unstorable());
        }
    }

    private Transition undeliverable(DispatchRecord record, String cause) {
        return Transition.of(
                new TenantId(record.tenant()),
                new Event(
                        new NotificationId(record.id()),
                        record.sequence() + 1,
                        EventKind.UNDELIVERABLE,
                        Status.FAILED,
                        record.attempt() - 1,
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        null,
                        new Reason("not_publishable", "Kafka does not take its record: " + cause),
                        null));
    }

    private static Duration backoff(OutboxRow row) {
        var doubled = Duration.ofSeconds(1).multipliedBy(1L << Math.min(row.tries() - 1, 10));
        return doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
    }
}
