package io.herald.adapter.postgres;

import io.herald.notification.TenantId;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeptAnswers;
import io.herald.submission.KeyedRequest;
import io.herald.submission.Notifications.Once;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table {@code kept_answer}. */
public final class PostgresKeptAnswers implements KeptAnswers {
    static final String FIND =
            """
            SELECT kept.* FROM unnest(?::int[], ?::text[]) AS wanted (used_for, key)
            CROSS JOIN LATERAL (
                SELECT * FROM kept_answer
                WHERE tenant_id = ? AND used_for = wanted.used_for AND key = wanted.key
                  AND created_at > ?
                LIMIT 1
            ) AS kept\
            """;

    // In the order of the keys, so that two calls with the same ones cannot deadlock. A call that
    // is storing under one of them is waited for.
    static final String KEEP =
            """
            INSERT INTO kept_answer (tenant_id, used_for, key, fingerprint, answer, created_at)
            SELECT ?::uuid, used_for, key, fingerprint, answer::json, ?
            FROM unnest(?::int[], ?::text[], ?::text[], ?::text[])
                AS new (used_for, key, fingerprint, answer)
            ON CONFLICT (tenant_id, used_for, key) DO UPDATE
            SET fingerprint = excluded.fingerprint, answer = excluded.answer,
                created_at = excluded.created_at
            WHERE kept_answer.created_at <= ?\
            """;

    static final String FORGET =
            """
            DELETE FROM kept_answer AS kept
            USING (
                SELECT tenant_id, used_for, key FROM kept_answer
                WHERE created_at <= ?
                ORDER BY created_at LIMIT ?
                FOR UPDATE SKIP LOCKED
            ) AS old
            WHERE kept.tenant_id = old.tenant_id AND kept.used_for = old.used_for
              AND kept.key = old.key AND kept.created_at <= ?\
            """;

    private static final Comparator<KeptAnswer> BY_KEY =
            Comparator.<KeptAnswer>comparingInt(answer -> answer.key().use().code())
                    .thenComparing(answer -> answer.key().text());

    private final Database database;
    private final Clock clock;

    public PostgresKeptAnswers(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Map<IdempotencyKey, KeptAnswer> find(TenantId tenant, Collection<IdempotencyKey> keys) {
        var oldest = SqlValues.timestamp(clock.instant().minus(KEPT));
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(FIND)) {
                statement.setArray(
                        1, SqlValues.integers(connection, keys, key -> key.use().code()));
                statement.setArray(2, SqlValues.texts(connection, keys, IdempotencyKey::text));
                statement.setObject(3, tenant.value());
                statement.setObject(4, oldest);
                var found = new HashMap<IdempotencyKey, KeptAnswer>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        var key =
                                new IdempotencyKey(
                                        IdempotencyKey.Use.ofCode(results.getShort("used_for")),
                                        results.getString("key"));
                        found.put(
                                key,
                                new KeptAnswer(
                                        new KeyedRequest(key, results.getString("fingerprint")),
                                        Json.read(results.getString("answer"))));
                    }
                }
                return found;
            }
        });
    }

    /** Within a transaction of its caller, which is over unless the answers were stored. */
    static Once keep(Connection connection, TenantId tenant, List<KeptAnswer> answers, Clock clock)
            throws SQLException {
        var now = clock.instant();
        var ordered = answers.stream().sorted(BY_KEY).toList();
        try (var statement = connection.prepareStatement(KEEP)) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, SqlValues.timestamp(now));
            statement.setArray(
                    3, SqlValues.integers(connection, ordered, kept -> kept.key().use().code()));
            statement.setArray(4, SqlValues.texts(connection, ordered, kept -> kept.key().text()));
            statement.setArray(
                    5, SqlValues.texts(connection, ordered, kept -> kept.request().fingerprint()));
            statement.setArray(
                    6, SqlValues.texts(connection, ordered, kept -> Json.write(kept.answer())));
            statement.setObject(7, SqlValues.timestamp(now.minus(KEPT)));
            return statement.executeUpdate() == ordered.size() ? Once.STORED : Once.KEY_TAKEN;
        } catch (SQLException e) {
            // Short as it is, the statement waits long for nothing but another call.
            if (SqlErrors.isTimeout(e)) {
                return Once.KEY_BUSY;
            }
            throw e;
        }
    }

    @Override
    public boolean forgetOld(int limit) {
        var oldest = SqlValues.timestamp(clock.instant().minus(KEPT));
        return database.write(connection -> {
            try (var statement = connection.prepareStatement(FORGET)) {
                statement.setObject(1, oldest);
                statement.setInt(2, limit);
                statement.setObject(3, oldest);
                return statement.executeUpdate() == limit;
            }
        });
    }
}
