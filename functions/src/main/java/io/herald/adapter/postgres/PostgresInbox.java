package io.herald.adapter.postgres;

import static java.util.Comparator.comparing;

import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code inbox_message}. */
public final class PostgresInbox implements Inbox {
    private static final String ADD =
            """
            INSERT INTO inbox_message (tenant_id, notification_id, user_id, title, body)
            SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[])
            ON CONFLICT (tenant_id, user_id, notification_id) DO NOTHING\
            """;

    static final String LIST =
            """
            SELECT notification_id, title, body FROM inbox_message
            WHERE tenant_id = ? AND user_id = ? AND notification_id < ?
            ORDER BY notification_id DESC LIMIT ?\
            """;

    private static final UUID AFTER_ALL = new UUID(-1L, -1L);

    private final Database database;

    public PostgresInbox(Database database) {
        this.database = database;
    }

    @Override
    public void add(List<InboxMessage> messages) {
        if (messages.isEmpty()) {
            return;
        }
        var ordered = messages.stream().sorted(comparing(InboxMessage::notification)).toList();
        database.write(connection -> {
            try (var statement = connection.prepareStatement(ADD)) {
                statement.setArray(
                        1,
                        SqlValues.uuids(connection, ordered, message -> message.tenant().value()));
                statement.setArray(
                        2,
                        SqlValues.uuids(
                                connection, ordered, message -> message.notification().value()));
                statement.setArray(
                        3, SqlValues.texts(connection, ordered, message -> message.user().value()));
                statement.setArray(4, SqlValues.texts(connection, ordered, InboxMessage::title));
                statement.setArray(5, SqlValues.texts(connection, ordered, InboxMessage::body));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public List<InboxMessage> list(
            TenantId tenant, UserId user, @Nullable NotificationId before, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(LIST)) {
                statement.setObject(1, tenant.value());
                statement.setString(2, user.value());
                statement.setObject(3, before == null ? AFTER_ALL : before.value());
                statement.setInt(4, limit);
                var page = new ArrayList<InboxMessage>(limit);
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        page.add(
                                new InboxMessage(
                                        tenant,
                                        new NotificationId(
                                                SqlValues.uuid(results, "notification_id")),
                                        user,
                                        results.getString("title"),
                                        results.getString("body")));
                    }
                }
                return page;
            }
        });
    }
}
