package io.herald.adapter.postgres;

import java.sql.SQLException;

/** Postgres refused a statement, and would again: a fault of ours, or of the data. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean dataError;

    StoreException(SQLException cause) {
        super("Postgres refused a statement: " + cause.getMessage(), cause);
        this.dataError = SqlErrors.isDataError(cause);
    }

    /** Whether one of the rows is to blame, so that the others may go through without it. */
    boolean isDataError() {
        return dataError;
    }
}
