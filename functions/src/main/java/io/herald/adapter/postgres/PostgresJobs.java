package io.herald.adapter.postgres;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.job.Job;
import io.herald.job.JobId;
import io.herald.job.JobKind;
import io.herald.job.JobState;
import io.herald.job.Jobs;
import io.herald.job.Step;
import io.herald.notification.Reason;
import io.herald.notification.TenantId;
import io.herald.submission.KeptAnswer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code job}, and what the steps of jobs change. */
public final class PostgresJobs implements Jobs {
    private static final String COLUMNS =
            """
            tenant_id, id, kind, state, position, processed, succeeded, created_at, ended_at,
                reason_code, reason_words, turn\
            """;

    static final String CREATE =
            """
            INSERT INTO job (tenant_id, id, kind, state, task, created_at, turn_at)
            SELECT ?, ?, ?, ?, ?::json, ?, ?
            WHERE (SELECT count(*) FROM job WHERE tenant_id = ? AND ended_at IS NULL) < ?\
            """;

    private static final String FIND =
            "SELECT %s FROM job WHERE tenant_id = ? AND id = ?".formatted(COLUMNS);

    static final String LIST =
            """
            SELECT %s FROM job WHERE tenant_id = ? AND id < ? ORDER BY id DESC LIMIT ?\
            """
                    .formatted(COLUMNS);

    private static final String CANCEL =
            """
            UPDATE job SET state = ?, ended_at = ?
            WHERE tenant_id = ? AND id = ? AND ended_at IS NULL\
            """;

    static final String TAKE =
            """
            WITH taken AS MATERIALIZED (
                SELECT tenant_id, id FROM job
                WHERE ended_at IS NULL AND turn_at <= ?
                ORDER BY turn_at LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            UPDATE job SET state = ?, turn = turn + 1, turn_at = ?
            FROM taken WHERE job.tenant_id = taken.tenant_id AND job.id = taken.id
            RETURNING job.*\
            """;

    private static final String HOLD =
            """
            SELECT 1 FROM job
            WHERE tenant_id = ? AND id = ? AND turn = ? AND ended_at IS NULL
            FOR UPDATE\
            """;

    private static final String ADVANCE =
            """
            UPDATE job SET state = ?, position = ?, processed = processed + ?,
                           succeeded = succeeded + ?, turn_at = ?, ended_at = ?
            WHERE tenant_id = ? AND id = ?\
            """;

    private static final String FAIL =
            """
            UPDATE job SET state = ?, ended_at = ?, reason_code = ?, reason_words = ?
            WHERE tenant_id = ? AND id = ? AND turn = ? AND ended_at IS NULL\
            """;

    static final String FORGET =
            """
            DELETE FROM job WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM job
                WHERE ended_at < ?
                ORDER BY ended_at LIMIT ?
                FOR UPDATE SKIP LOCKED
            ))\
            """;

    private final Database database;
    private final Clock clock;

    public PostgresJobs(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Creation create(Job job, @Nullable KeptAnswer answer) {
        return database.transaction(connection -> {
            var creation = keep(connection, job, answer);
            if (creation == Creation.CREATED && !insert(connection, job)) {
                creation = Creation.TOO_MANY;
            }
            if (creation != Creation.CREATED) {
                connection.rollback();
            }
            return creation;
        });
    }

    private Creation keep(Connection connection, Job job, @Nullable KeptAnswer answer)
            throws SQLException {
        if (answer == null) {
            return Creation.CREATED;
        }
        return switch (PostgresKeptAnswers.keep(connection, job.tenant(), List.of(answer), clock)) {
            case STORED -> Creation.CREATED;
            case KEY_TAKEN -> Creation.KEY_TAKEN;
            case KEY_BUSY -> Creation.KEY_BUSY;
        };
    }

    private static boolean insert(Connection connection, Job job) throws SQLException {
        try (var statement = connection.prepareStatement(CREATE)) {
            statement.setObject(1, job.tenant().value());
            statement.setObject(2, job.id().value());
            statement.setShort(3, job.kind().code());
            statement.setShort(4, job.state().code());
            statement.setString(5, Json.write(job.task()));
            statement.setObject(6, SqlValues.timestamp(job.createdAt()));
            statement.setObject(7, SqlValues.timestamp(job.createdAt()));
            statement.setObject(8, job.tenant().value());
            statement.setInt(9, MAX_OPEN);
            return statement.executeUpdate() == 1;
        }
    }

    @Override
    public Optional<Job> find(TenantId tenant, JobId id) {
        return database.read(connection -> find(connection, tenant, id));
    }

    private static Optional<Job> find(Connection connection, TenantId tenant, JobId id)
            throws SQLException {
        try (var statement = connection.prepareStatement(FIND)) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, id.value());
            try (var results = statement.executeQuery()) {
                return results.next() ? Optional.of(told(results)) : Optional.empty();
            }
        }
    }

    @Override
    public List<Job> list(TenantId tenant, @Nullable JobId before, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(LIST)) {
                statement.setObject(1, tenant.value());
                statement.setObject(
                        2, before == null ? PostgresNotificationLists.AFTER_ALL : before.value());
                statement.setInt(3, limit);
                var jobs = new ArrayList<Job>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        jobs.add(told(results));
                    }
                }
                return jobs;
            }
        });
    }

    @Override
    public Optional<Job> cancel(TenantId tenant, JobId id) {
        var now = clock.instant();
        return database.transaction(connection -> {
            try (var statement = connection.prepareStatement(CANCEL)) {
                statement.setShort(1, JobState.CANCELLED.code());
                statement.setObject(2, SqlValues.timestamp(now));
                statement.setObject(3, tenant.value());
                statement.setObject(4, id.value());
                statement.executeUpdate();
            }
            return find(connection, tenant, id);
        });
    }

    @Override
    public Optional<Turn> take(Duration lease) {
        var now = clock.instant();
        return database.write(connection -> {
            try (var statement = connection.prepareStatement(TAKE)) {
                statement.setObject(1, SqlValues.timestamp(now));
                statement.setShort(2, JobState.RUNNING.code());
                statement.setObject(3, SqlValues.timestamp(now.plus(lease)));
                try (var results = statement.executeQuery()) {
                    return results.next()
                            ? Optional.of(
                                    new Turn(
                                            job(
                                                    results,
                                                    Json.readObject(results.getString("task"))),
                                            results.getInt("turn")))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public boolean advance(Turn turn, Step step) {
        var now = clock.instant();
        var job = turn.job();
        return database.transaction(connection -> {
            // Held to the end, so that a cancel and another turn come before this step or after it.
            if (!hold(connection, turn)) {
                return false;
            }
            int succeeded =
                    PostgresTimeline.appendWithin(connection, step.events()).size()
                            + PostgresDeadLetters.discard(
                                    connection, job.tenant(), step.records(), now);
            boolean last = step.position() == null;
            try (var statement = connection.prepareStatement(ADVANCE)) {
                statement.setShort(1, (last ? JobState.DONE : JobState.RUNNING).code());
                statement.setString(2, step.position());
                statement.setInt(3, step.processed());
                statement.setInt(4, succeeded);
                statement.setObject(5, SqlValues.timestamp(now));
                statement.setObject(6, SqlValues.nullableTimestamp(last ? now : null));
                statement.setObject(7, job.tenant().value());
                statement.setObject(8, job.id().value());
                return statement.executeUpdate() == 1;
            }
        });
    }

    private static boolean hold(Connection connection, Turn turn) throws SQLException {
        try (var statement = connection.prepareStatement(HOLD)) {
            statement.setObject(1, turn.job().tenant().value());
            statement.setObject(2, turn.job().id().value());
            statement.setInt(3, turn.number());
            try (var results = statement.executeQuery()) {
                return results.next();
            }
        }
    }

    @Override
    public void fail(Turn turn, Reason reason) {
        var now = clock.instant();
        database.write(connection -> {
            try (var statement = connection.prepareStatement(FAIL)) {
                statement.setShort(1, JobState.FAILED.code());
                statement.setObject(2, SqlValues.timestamp(now));
                statement.setString(3, reason.code());
                statement.setString(4, reason.words());
                statement.setObject(5, turn.job().tenant().value());
                statement.setObject(6, turn.job().id().value());
                statement.setInt(7, turn.number());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public boolean forget(Instant endedBefore, int limit) {
        return database.write(connection -> {
            try (var statement = connection.prepareStatement(FORGET)) {
                statement.setObject(1, SqlValues.timestamp(endedBefore));
                statement.setInt(2, limit);
                return statement.executeUpdate() == limit;
            }
        });
    }

    /** Without its task, which may be long and is for who does it. */
    private static Job told(ResultSet results) throws SQLException {
        return job(results, JsonNodeFactory.instance.objectNode());
    }

    private static Job job(ResultSet results, ObjectNode task) throws SQLException {
        var code = results.getString("reason_code");
        return new Job(
                new TenantId(SqlValues.uuid(results, "tenant_id")),
                new JobId(SqlValues.uuid(results, "id")),
                JobKind.ofCode(results.getShort("kind")),
                JobState.ofCode(results.getShort("state")),
                task,
                results.getString("position"),
                results.getLong("processed"),
                results.getLong("succeeded"),
                SqlValues.instant(results, "created_at"),
                SqlValues.nullableInstant(results, "ended_at"),
                code == null ? null : new Reason(code, results.getString("reason_words")));
    }
}
