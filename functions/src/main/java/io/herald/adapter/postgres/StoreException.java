package io.herald.adapter.postgres;

import io.herald.fault.Tellable;
import java.sql.SQLException;

/**
 * Postgres refused a statement, and would again: a fault of ours, or of the data. Says where and by
 * which rule, and leaves out what Postgres said of it, which may quote a row, and so a person.
 */
public final class StoreException extends RuntimeException implements Tellable {
    private static final long serialVersionUID = 1L;

    private final boolean dataError;

    StoreException(SQLException cause) {
        super("Postgres refused a statement: " + SqlErrors.describe(cause));
        this.dataError = SqlErrors.isDataError(cause);
    }

    /** Whether one of the rows is to blame, so that the others may go through without it. */
    boolean isDataError() {
        return dataError;
    }
}
