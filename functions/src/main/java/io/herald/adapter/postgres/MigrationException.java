package io.herald.adapter.postgres;

import io.herald.fault.Tellable;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * A migration failed, and would again. Says in one sentence which, in which line and by which rule
 * of Postgres, and leaves out what Postgres said of it, which may quote a row.
 */
public final class MigrationException extends RuntimeException implements Tellable {
    private static final long serialVersionUID = 1L;
    private static final Pattern SCRIPT = Pattern.compile("Failed to execute script (\\S+)");
    private static final Pattern LINE = Pattern.compile("Line\\s*: (\\d+)");

    MigrationException(FlywayException cause) {
        super("The schema could not be brought to this version: " + describe(cause), cause);
    }

    private static String describe(FlywayException exception) {
        var words = new StringBuilder();
        SQLException refused = null;
        for (@Nullable Throwable cause = exception; cause != null; cause = cause.getCause()) {
            words.append(cause.getMessage()).append(' ');
            if (refused == null && cause instanceof SQLException sql) {
                refused = sql;
            }
        }
        if (refused == null) {
            // What Flyway itself found: a file that was changed or is missing. It quotes no rows.
            return String.valueOf(exception.getMessage()).strip().replaceAll("\\s+", " ");
        }
        var script = SCRIPT.matcher(words);
        var line = LINE.matcher(words);
        return (script.find() ? script.group(1) + ", " : "")
                + (line.find() ? "line " + line.group(1) + ", " : "")
                + SqlErrors.describe(refused)
                + ". A migration is one transaction: nothing of it was kept.";
    }
}
