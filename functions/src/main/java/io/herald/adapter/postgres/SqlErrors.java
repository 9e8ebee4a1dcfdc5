package io.herald.adapter.postgres;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What an SQLSTATE means for us; the codes are those of PostgreSQL's Appendix A. */
final class SqlErrors {
    private static final Set<String> OUTAGE_CLASSES =
            Set.of(
                    "08", // connection exception
                    "28", // credentials refused: they are being rotated, or were never right
                    "53", // out of disk, memory or connections
                    "57", // cancelled by a timeout, shutting down, starting up
                    "58"); // the system below Postgres
    private static final Set<String> OUTAGES =
            Set.of(
                    "25006", // read-only: a replica, or a primary that no longer is one
                    "25P03", // ended for idling in a transaction: this process stood still
                    "25P04", // the transaction took too long
                    "3D000", // no such database (yet)
                    "40001", // serialization failure
                    "40P01", // deadlock
                    "55P03"); // a lock was not to be had in time

    private static final Set<String> DEAD_CONNECTION =
            Set.of("57P01", "57P02", "57P05", "25P03", "25P04");
    private static final Set<String> ROLLED_BACK = Set.of("40001", "40P01");

    private SqlErrors() {}

    /** Whether the store is out of reach or too busy, and the statement not to blame. */
    static boolean isOutage(SQLException exception) {
        return anyInChain(
                exception,
                cause ->
                        cause instanceof IOException
                                || cause instanceof SQLTransientConnectionException
                                || cause instanceof SQLNonTransientConnectionException
                                || cause instanceof SQLRecoverableException
                                || (cause instanceof SQLException sql
                                        && (OUTAGES.contains(state(sql))
                                                || OUTAGE_CLASSES.contains(classOf(sql)))));
    }

    /** Whether a row is to blame: bad data, a broken constraint, or a size beyond a limit. */
    static boolean isDataError(SQLException exception) {
        return switch (classOf(exception)) {
            case "22", "23", "54" -> true;
            default -> false;
        };
    }

    /**
     * Whether running it once more, on another connection, may help at once: the connection had
     * died, Postgres chose it to break a deadlock, or a migration has just added a column to what
     * it reads. Not after a timeout, which was long enough.
     */
    static boolean isWorthAnotherTry(SQLException exception) {
        return !anyInChain(exception, SocketTimeoutException.class::isInstance)
                && anyInChain(
                        exception,
                        cause ->
                                cause instanceof IOException
                                        || isOfAnOlderSchema(cause)
                                        || (cause instanceof SQLException sql
                                                && (ROLLED_BACK.contains(state(sql))
                                                        || DEAD_CONNECTION.contains(state(sql))
                                                        || classOf(sql).equals("08"))));
    }

    /**
     * Whether a prepared statement was asked for under an older schema ("cached plan must not
     * change result type"). The driver prepares it anew by itself, but not within a transaction.
     */
    private static boolean isOfAnOlderSchema(Throwable cause) {
        return cause instanceof PSQLException postgres
                && state(postgres).equals("0A000")
                && postgres.getServerErrorMessage() != null
                && "RevalidateCachedQuery".equals(postgres.getServerErrorMessage().getRoutine());
    }

    /**
     * Whether a row has an id whose partition there is not. Postgres says it as a broken constraint
     * that has no name; ours have one.
     */
    static boolean isWithoutPartition(SQLException exception) {
        return state(exception).equals("23514")
                && exception instanceof PSQLException postgres
                && postgres.getServerErrorMessage() != null
                && postgres.getServerErrorMessage().getConstraint() == null;
    }

    /** Whether it took longer than {@code statement_timeout} or {@code lock_timeout}. */
    static boolean isTimeout(SQLException exception) {
        return state(exception).equals("57014") || isLockTimeout(exception);
    }

    /** Whether a lock was not to be had within {@code lock_timeout}. */
    static boolean isLockTimeout(Throwable exception) {
        return anyInChain(
                exception,
                cause -> cause instanceof SQLException sql && state(sql).equals("55P03"));
    }

    /**
     * What may be told of it to an operator: its code, and the table and constraint it names. Not
     * the words of Postgres, which may quote a value.
     */
    static String describe(SQLException exception) {
        var causes = new ArrayList<String>();
        for (@Nullable Throwable cause = exception; cause != null; cause = cause.getCause()) {
            causes.add(
                    cause instanceof SQLException sql && !state(sql).isEmpty()
                            ? describeState(sql)
                            : cause.getClass().getSimpleName());
        }
        return String.join(", by ", causes);
    }

    private static String describeState(SQLException exception) {
        var words = "SQLSTATE " + state(exception);
        var error =
                exception instanceof PSQLException postgres
                        ? postgres.getServerErrorMessage()
                        : null;
        if (error == null) {
            return words;
        }
        return words
                + (error.getTable() == null ? "" : ", table " + error.getTable())
                + (error.getConstraint() == null ? "" : ", constraint " + error.getConstraint());
    }

    private static boolean anyInChain(Throwable exception, Predicate<? super Throwable> matches) {
        for (@Nullable Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (matches.test(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String state(SQLException exception) {
        String state = exception.getSQLState();
        return state == null ? "" : state;
    }

    private static String classOf(SQLException exception) {
        String state = state(exception);
        return state.length() < 2 ? "" : state.substring(0, 2);
    }
}
