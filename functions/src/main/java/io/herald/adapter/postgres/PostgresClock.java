package io.herald.adapter.postgres;

import io.herald.schedule.StoreClock;
import java.time.Instant;

/** The clock of the machine that Postgres runs on. */
public final class PostgresClock implements StoreClock {
    private final Database database;

    public PostgresClock(Database database) {
        this.database = database;
    }

    @Override
    public Instant instant() {
        return database.read(connection -> {
            try (var statement =
                            connection.prepareStatement("SELECT clock_timestamp() AS instant");
                    var results = statement.executeQuery()) {
                results.next();
                return SqlValues.instant(results, "instant");
            }
        });
    }
}
