package io.herald.adapter.postgres;

import io.herald.notification.Lane;
import io.herald.outbox.Congestion;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The table {@code lane_congestion}, on Postgres' own clock. Asked once a second at most: what was
 * said lasts longer than that. For one thread at a time.
 */
public final class PostgresCongestion implements Congestion {
    private static final String CONGESTED =
            "SELECT lane FROM lane_congestion WHERE congested_until > now()";

    private static final String REPORT =
            """
            INSERT INTO lane_congestion (lane, congested_until)
            SELECT lane, now() + ? * interval '1 millisecond' FROM unnest(?::int[]) AS lane
            ON CONFLICT (lane) DO UPDATE SET congested_until = excluded.congested_until\
            """;

    private static final long ASK_EVERY = Duration.ofSeconds(1).toNanos();

    private final Database database;
    private final LongSupplier nanoTime;
    private boolean asked;
    private long askedAt;
    private Set<Lane> congested = Set.of();

    /**
     * @param nanoTime a monotonic clock
     */
    public PostgresCongestion(Database database, LongSupplier nanoTime) {
        this.database = database;
        this.nanoTime = nanoTime;
    }

    @Override
    public Set<Lane> congested() {
        long now = nanoTime.getAsLong();
        if (!asked || now - askedAt >= ASK_EVERY) {
            congested = ask();
            asked = true;
            askedAt = now;
        }
        return congested;
    }

    private Set<Lane> ask() {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(CONGESTED);
                    var results = statement.executeQuery()) {
                var lanes = EnumSet.noneOf(Lane.class);
                while (results.next()) {
                    lanes.add(Lane.ofCode(results.getShort("lane")));
                }
                return lanes;
            }
        });
    }

    @Override
    public void report(Set<Lane> lanes, Duration lasting) {
        var ordered = List.copyOf(EnumSet.copyOf(lanes));
        database.write(connection -> {
            try (var statement = connection.prepareStatement(REPORT)) {
                statement.setLong(1, lasting.toMillis());
                statement.setArray(2, SqlValues.integers(connection, ordered, Lane::code));
                return statement.executeUpdate();
            }
        });
    }
}
