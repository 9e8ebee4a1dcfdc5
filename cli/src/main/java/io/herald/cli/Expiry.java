package io.herald.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** When something ends, as it is said on a command line. */
@FunctionalInterface
interface Expiry {
    /**
     * @param now what a span of time counts from
     */
    Instant from(Instant now);

    /** Reads {@code 90m}, {@code 12h}, {@code 30d}, or a time in RFC 3339. */
    final class Converter implements ITypeConverter<Expiry> {
        private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,4})([mhd])");

        @Override
        public Expiry convert(String text) {
            var span = SPAN.matcher(text);
            if (span.matches()) {
                int count = Integer.parseInt(span.group(1));
                var duration =
                        switch (span.group(2)) {
                            case "m" -> Duration.ofMinutes(count);
                            case "h" -> Duration.ofHours(count);
                            default -> Duration.ofDays(count);
                        };
                return now -> now.plus(duration);
            }
            try {
                var end = OffsetDateTime.parse(text).toInstant();
                return _ -> end;
            } catch (DateTimeParseException _) {
                throw new TypeConversionException(
                        "must be a span such as 90m, 12h or 30d, or a time such as"
                                + " 2027-01-01T00:00:00Z");
            }
        }
    }
}
