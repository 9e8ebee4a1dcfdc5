package io.herald.api;

import io.herald.api.http.Format;
import io.herald.api.http.Page;
import io.herald.api.http.Query;
import io.herald.api.http.Rfc3339;
import io.herald.notification.Channel;
import io.herald.notification.Status;
import io.herald.notification.UserId;
import io.herald.submission.NotificationFilter;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The filters of a list of notifications, as query parameters. */
final class NotificationQuery {
    private static final String USER = "userId";
    private static final String STATUS = "status";
    private static final String CHANNEL = "channel";
    private static final String TEMPLATE = "template";
    private static final String CREATED_AFTER = "createdAfter";
    private static final String CREATED_BEFORE = "createdBefore";

    static final List<String> PARAMETERS =
            Stream.concat(
                            Stream.of(
                                    USER, STATUS, CHANNEL, TEMPLATE, CREATED_AFTER, CREATED_BEFORE),
                            Page.PARAMETERS.stream())
                    .toList();

    private static final Format A_STATUS =
            Format.oneOf(Arrays.stream(Status.values()).map(Status::name).toList());

    private NotificationQuery() {}

    /**
     * @return null when something is wrong with it, which is collected
     */
    static @Nullable NotificationFilter read(Query query) {
        var user = query.text(USER, Formats.USER_ID);
        var status = query.text(STATUS, A_STATUS);
        var channel = query.text(CHANNEL, Formats.CHANNEL);
        var filter =
                new NotificationFilter(
                        user == null ? null : new UserId(user),
                        status == null ? null : Status.valueOf(status),
                        channel == null ? null : Channel.of(channel).orElseThrow(),
                        query.text(TEMPLATE, Formats.TEMPLATE_KEY),
                        time(CREATED_AFTER, query),
                        time(CREATED_BEFORE, query));
        check(filter, query);
        return query.isWrong(USER, STATUS, CHANNEL, TEMPLATE, CREATED_AFTER, CREATED_BEFORE)
                ? null
                : filter;
    }

    private static @Nullable Instant time(String name, Query query) {
        var text = query.text(name, Formats.TIME);
        return text == null ? null : Rfc3339.parse(text);
    }

    private static void check(NotificationFilter filter, Query query) {
        if (Formats.areBackwards(filter.createdAfter(), filter.createdBefore())) {
            query.add(CREATED_BEFORE, "must be later than createdAfter");
        }
        if (!query.isWrong(USER, CREATED_AFTER, CREATED_BEFORE) && !filter.isNarrowEnough()) {
            query.add(
                    STATUS,
                    "is a common one: ask for it with a userId, or with createdAfter and"
                            + " createdBefore at most 24 hours apart");
        }
    }

    /** What tells a list with this filter from one with another, for its cursors. */
    static Stream<String> names(NotificationFilter filter) {
        var user = filter.user();
        return Page.names(
                user == null ? null : user.value(),
                filter.status(),
                filter.channel(),
                filter.template(),
                filter.createdAfter(),
                filter.createdBefore());
    }
}
