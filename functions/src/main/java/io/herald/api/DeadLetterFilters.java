package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.api.http.Fields;
import io.herald.api.http.Format;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Page;
import io.herald.api.http.Query;
import io.herald.api.http.Rfc3339;
import io.herald.api.http.Texts;
import io.herald.deadletter.DeadLetterFilter;
import io.herald.deadletter.DeadLetterId;
import io.herald.deadletter.Selection;
import io.herald.notification.Channel;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which dead letters are meant: as query parameters of their list, and as the body of a job. */
final class DeadLetterFilters {
    private static final String CAUSE = "cause";
    private static final String CHANNEL = "channel";
    private static final String TEMPLATE = "template";
    private static final String CREATED_AFTER = "createdAfter";
    private static final String CREATED_BEFORE = "createdBefore";
    private static final String IDS = "ids";
    private static final String FILTER = "filter";
    private static final String ALL = "all";

    private static final int MAX_IDS = 1_000;

    private static final List<String> NAMES =
            List.of(CAUSE, CHANNEL, TEMPLATE, CREATED_AFTER, CREATED_BEFORE);

    static final List<String> PARAMETERS =
            Stream.concat(NAMES.stream(), Page.PARAMETERS.stream()).toList();

    private static final Format A_CAUSE =
            Format.matching(
                    text -> text.matches("[a-z0-9_]{1,64}"),
                    "must have 1 to 64 lower-case letters, digits and underscores");

    private static final Format AN_ID =
            Format.matching(
                    text -> Texts.parsed(text, DeadLetterId::parse).isPresent(),
                    "must be the id of a dead letter, a UUID");

    private DeadLetterFilters() {}

    /**
     * Reads the parameters of a list.
     *
     * @return null when something is wrong with them, which is collected
     */
    static @Nullable DeadLetterFilter read(Query query) {
        var filter = read(query::text);
        if (Formats.areBackwards(filter.createdAfter(), filter.createdBefore())) {
            query.add(CREATED_BEFORE, "must be later than createdAfter");
        }
        return query.isWrong(NAMES.toArray(String[]::new)) ? null : filter;
    }

    /**
     * Reads the body of a job.
     *
     * @return null when something is wrong, which is collected
     */
    static @Nullable Selection selection(JsonNode body, InputProblems problems) {
        var fields = Fields.of(body, "", problems);
        if (fields == null) {
            return null;
        }
        var ids = fields.array(IDS, 1, MAX_IDS);
        var filter = fields.object(FILTER);
        var all = fields.flag(ALL);
        if (Stream.of(IDS, FILTER, ALL).filter(fields::has).count() != 1) {
            fields.add("must have exactly one of ids, filter and all");
        }
        if (all != null && !all) {
            fields.add(ALL, "must be true");
        }
        var texts = fields.distinctTexts(IDS, ids, AN_ID).values();
        var matching = filter == null ? DeadLetterFilter.ALL : read(filter);
        fields.refuseOthers();
        if (!problems.isEmpty()) {
            return null;
        }
        return ids == null
                ? new Selection.Matching(matching)
                : new Selection.Ids(texts.stream().map(DeadLetterId::parse).toList());
    }

    private static DeadLetterFilter read(Fields fields) {
        var filter = read(fields::text);
        fields.refuseOthers();
        if (NAMES.stream().noneMatch(fields::has)) {
            fields.add(
                    "must have at least one of "
                            + String.join(", ", NAMES)
                            + "; for all there are, send all");
        }
        if (Formats.areBackwards(filter.createdAfter(), filter.createdBefore())) {
            fields.add(CREATED_BEFORE, "must be later than createdAfter");
        }
        return filter;
    }

    private static DeadLetterFilter read(BiFunction<String, Format, @Nullable String> text) {
        var channel = text.apply(CHANNEL, Formats.CHANNEL);
        var after = text.apply(CREATED_AFTER, Formats.TIME);
        var before = text.apply(CREATED_BEFORE, Formats.TIME);
        return new DeadLetterFilter(
                text.apply(CAUSE, A_CAUSE),
                channel == null ? null : Channel.of(channel).orElseThrow(),
                text.apply(TEMPLATE, Formats.TEMPLATE_KEY),
                after == null ? null : Rfc3339.parse(after),
                before == null ? null : Rfc3339.parse(before));
    }

    /** What tells a list with this filter from one with another, for its cursors. */
    static Stream<String> names(DeadLetterFilter filter) {
        return Page.names(
                filter.cause(),
                filter.channel(),
                filter.template(),
                filter.createdAfter(),
                filter.createdBefore());
    }
}
