package io.herald.api.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/** Times as RFC 3339, section 5.6, writes them: a date, a time and an offset, none left out. */
public final class Rfc3339 {
    private static final Pattern DATE_TIME =
            Pattern.compile(
                    "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})",
                    Pattern.CASE_INSENSITIVE);

    private Rfc3339() {}

    /**
     * @param text with any offset up to 18 hours, down to the nanosecond, and without leap seconds
     * @throws IllegalArgumentException with words for the caller
     */
    public static Instant parse(String text) {
        if (DATE_TIME.matcher(text).matches()) {
            try {
                return OffsetDateTime.parse(
                                text.toUpperCase(Locale.ROOT),
                                DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                        .toInstant();
            } catch (DateTimeException _) {
                // Such as a 30th of February: said below.
            }
        }
        throw new IllegalArgumentException(
                "must be a time with an offset (RFC 3339), such as 2026-12-24T18:00:00+01:00; in a"
                        + " query, the plus sign is percent-encoded");
    }
}
