package io.herald.adapter.postgres;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads an event from the columns of the table {@code event}, under their own names. */
final class EventColumns {
    private EventColumns() {}

    static Event read(ResultSet results, NotificationId notification) throws SQLException {
        String code = results.getString("reason_code");
        String words = results.getString("reason_words");
        return new Event(
                notification,
                results.getInt("sequence"),
                EventKind.ofCode(results.getShort("kind")),
                Status.ofCode(results.getShort("status")),
                results.getInt("attempt"),
                SqlValues.instant(results, "at"),
                SqlValues.nullableInstant(results, "until"),
                code == null || words == null ? null : new Reason(code, words),
                results.getString("reference"),
                results.getObject("about", Integer.class));
    }

    /** For an outer join: null where there is no event. */
    static @Nullable Event readIfAny(ResultSet results, NotificationId notification)
            throws SQLException {
        results.getInt("sequence");
        return results.wasNull() ? null : read(results, notification);
    }
}
