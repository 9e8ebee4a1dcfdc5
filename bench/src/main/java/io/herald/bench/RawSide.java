package io.herald.bench;

import io.herald.bench.Load.Caller;
import io.herald.notification.NotificationIds;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The bare work: the same rows into the same tables and the same records through Kafka. */
final class RawSide implements Side, AutoCloseable {
    private final RawLane lane;
    private final List<RawStore> accepting = new ArrayList<>();
    private final List<RawStore> delivering = new ArrayList<>();
    private final int batch;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder sent = new LongAdder();

    /**
     * @param tenant whose rows they are; not one that Herald knows
     */
    RawSide(Ledger ledger, RawLane lane, UUID tenant, RandomGenerator random, int batch)
            throws SQLException {
        this.lane = lane;
        this.batch = batch;
        var ids = new NotificationIds(Clock.systemUTC(), random);
        for (int i = 0; i < Load.SINGLE_CALLERS; i++) {
            accepting.add(new RawStore(ledger.connect(), tenant, ids));
        }
        for (int i = 0; i < Load.BATCH_CALLERS; i++) {
            delivering.add(new RawStore(ledger.connect(), tenant, ids));
        }
    }

    /** How many notifications were stored. */
    long accepted() {
        return accepted.sum();
    }

    @Override
    public List<? extends Caller> accepting() {
        return accepting.subList(0, Load.BATCH_CALLERS).stream()
                .map(store -> (Caller) () -> counted(store.accept(batch).size()))
                .toList();
    }

    @Override
    public List<? extends Caller> submitting() {
        return accepting.subList(0, Load.BATCH_CALLERS).stream()
                .map(store ->
                        (Caller)
                                () -> {
                                    var ids = store.accept(batch);
                                    lane.publish(ids);
                                    return counted(ids.size());
                                })
                .toList();
    }

    @Override
    public List<? extends Caller> posting() {
        return accepting.stream()
                .map(store ->
                        (Caller)
                                () -> {
                                    lane.publish(List.of(store.acceptOne()));
                                    return counted(1);
                                })
                .toList();
    }

    private int counted(int count) {
        accepted.add(count);
        return count;
    }

    @Override
    public Delivering deliver() {
        var stop = new CountDownLatch(1);
        var failure = new AtomicReference<@Nullable Exception>();
        var threads = new ArrayList<Thread>();
        for (int part = 0; part < delivering.size(); part++) {
            var store = delivering.get(part);
            int mine = part;
            threads.add(
                    Thread.ofPlatform()
                            .name("bench-deliver-" + part)
                            .daemon()
                            .start(() -> {
                                try (var reader = lane.read(mine, delivering.size())) {
                                    while (stop.getCount() > 0) {
                                        deliver(reader, store);
                                    }
                                } catch (SQLException | RuntimeException e) {
                                    failure.set(e);
                                }
                            }));
        }
        return () -> {
            stop.countDown();
            for (var thread : threads) {
                thread.join(Duration.ofSeconds(10));
            }
            if (failure.get() != null) {
                throw new BenchException("The raw delivery broke off.", failure.get());
            }
        };
    }

    private void deliver(RawLane.Reader reader, RawStore store) throws SQLException {
        var ids = reader.next();
        if (!ids.isEmpty()) {
            store.deliver(ids);
            sent.add(ids.size());
            reader.done();
        }
    }

    @Override
    public long sent() {
        return sent.sum();
    }

    @Override
    public void close() throws SQLException {
        for (var store : accepting) {
            store.close();
        }
        for (var store : delivering) {
            store.close();
        }
    }
}
