package io.herald.api;

import io.herald.api.http.Format;
import io.herald.api.http.Rfc3339;
import io.herald.category.Category;
import io.herald.notification.Channel;
import io.herald.notification.UserId;
import io.herald.template.Template;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The forms of texts that several operations take. */
final class Formats {
    static final Format USER_ID =
            Format.matching(
                    UserId::isValid,
                    "must have 1 to %d characters, none of them a control character"
                            .formatted(UserId.MAX_LENGTH));

    static final Format TEMPLATE_KEY =
            Format.matching(
                    Template::isValidKey,
                    "must have 1 to %d lower-case letters, digits, hyphens, underscores and dots, and begin with a letter or a digit"
                            .formatted(Template.MAX_KEY_LENGTH));

    static final Format CATEGORY_KEY =
            Format.matching(
                    Category::isValidKey,
                    "must have 1 to %d lower-case letters, digits, hyphens, underscores and dots, and begin with a letter or a digit"
                            .formatted(Category.MAX_KEY_LENGTH));

    static final Format CHANNEL =
            Format.oneOf(Arrays.stream(Channel.values()).map(Channel::text).toList());

    static final Format TIME = Format.parsedBy(Rfc3339::parse);

    private Formats() {}

    /** The channels that texts of {@link #CHANNEL} name, under the same places. */
    static SequencedMap<Integer, Channel> channels(SequencedMap<Integer, String> texts) {
        var channels = new LinkedHashMap<Integer, Channel>();
        texts.forEach((place, text) -> channels.put(place, Channel.of(text).orElseThrow()));
        return channels;
    }

    /** Whether two bounds of a time leave nothing between them. */
    static boolean areBackwards(@Nullable Instant after, @Nullable Instant before) {
        return after != null && before != null && !before.isAfter(after);
    }

    /**
     * A time to the microsecond, which is what is kept of it.
     *
     * @param text one that has the form, or null
     */
    static @Nullable Instant time(@Nullable String text) {
        return text == null ? null : Rfc3339.parse(text).truncatedTo(ChronoUnit.MICROS);
    }
}
