package io.herald.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every id, whenever and however it was made. */
final class NotificationIdPropertyTest {
    private static final int TRIES = 2_000;
    private static final int MOST = 1_000;

    // The times that 48 bits of milliseconds can say, from 1970 to the year 10889.
    private static final long TIMES = 1L << 48;

    /** UUIDv7: RFC 9562, section 5.7. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void has_the_layout_of_version_7(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < TRIES; i++) {
            long time = anyTime(random);

            for (var id : made(time, 1 + random.nextInt(3), random)) {
                var bits = ByteBuffer.wrap(bytesOf(id));
                assertThat(bits.getLong(0) >>> 16).as("unix_ts_ms").isEqualTo(time);
                assertThat(bits.get(6) >>> 4 & 0xf).as("ver").isEqualTo(7);
                assertThat(bits.get(8) >>> 6 & 0b11).as("var").isEqualTo(0b10);
                assertThat(id.acceptedAt()).isEqualTo(Instant.ofEpochMilli(time));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void those_of_a_submission_are_consecutive(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < TRIES / 20; i++) {
            // Also where what is random is all ones or nothing.
            Random source = i % 10 == 0 ? new Constant(i % 20 == 0 ? -1 : 0) : random;

            var ids = made(anyTime(random), 1 + random.nextInt(MOST), source);

            var first = new BigInteger(1, bytesOf(ids.getFirst()));
            for (int place = 0; place < ids.size(); place++) {
                assertThat(new BigInteger(1, bytesOf(ids.get(place))))
                        .isEqualTo(first.add(BigInteger.valueOf(place)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void sorts_as_its_text_and_as_its_bytes_and_by_time(long seed) {
        var random = new Random(seed);
        var ids = new ArrayList<NotificationId>();
        for (int i = 0; i < TRIES / 10; i++) {
            // Many of the same millisecond and of neighbours, and any others.
            long time = random.nextBoolean() ? anyTime(random) : (1L << 47) + random.nextInt(3);
            ids.addAll(made(time, 1 + random.nextInt(5), random));
        }

        var sorted = ids.stream().sorted().toList();

        assertThat(sorted)
                .isEqualTo(
                        ids.stream()
                                .sorted(Comparator.comparing(NotificationId::toString))
                                .toList())
                .isEqualTo(
                        ids.stream()
                                .sorted(
                                        Comparator.comparing(
                                                NotificationIdPropertyTest::bytesOf,
                                                Arrays::compareUnsigned))
                                .toList())
                .isSortedAccordingTo(Comparator.comparing(NotificationId::acceptedAt));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void is_read_as_it_was_written(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < TRIES; i++) {
            var id = made(anyTime(random), 1, random).getFirst();

            var text = id.toString();

            assertThat(text)
                    .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            assertThat(NotificationId.parse(text)).isEqualTo(id);
            assertThat(NotificationId.parse(text.toUpperCase(Locale.ROOT))).isEqualTo(id);
        }
    }

    /** It names nothing, which a look-up finds, and not the form. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void of_another_version_is_read_as_well(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < TRIES; i++) {
            var other = new UUID(random.nextLong(), random.nextLong());

            assertThat(NotificationId.parse(other.toString()).value()).isEqualTo(other);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void in_any_other_form_is_refused(long seed) {
        var random = new Random(seed);
        List<UnaryOperator<String>> spoilers =
                List.of(
                        text -> "{" + text + "}",
                        text -> "urn:uuid:" + text,
                        text -> text.replace("-", ""),
                        text -> text + " ",
                        text -> " " + text,
                        text -> text + "\u0000",
                        text -> text + "\n",
                        text -> text.substring(0, random.nextInt(text.length())),
                        text -> text + text.charAt(random.nextInt(text.length())),
                        text -> text + text,
                        text -> with(text, random.nextInt(text.length()), '\u0660'),
                        text -> with(text, random.nextInt(text.length()), 'g'),
                        text -> with(text, random.nextInt(text.length()), '+'),
                        text -> with(text, 8, '0'),
                        // Java reads groups that are shorter or longer than they are.
                        text -> text.replaceFirst("^.", ""),
                        text -> "0" + text,
                        text -> text.replaceFirst("-7", "-07"),
                        text -> with(text, 0, '-'));
        for (int i = 0; i < TRIES; i++) {
            var text = made(anyTime(random), 1, random).getFirst().toString();
            var spoilt = spoilers.get(i % spoilers.size()).apply(text);

            assertThatThrownBy(() -> NotificationId.parse(spoilt))
                    .as(spoilt)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void that_anybody_made_up_is_read_or_refused(long seed) {
        var random = new Random(seed);
        var alphabet = "0123456789abcdefABCDEF--{}:\u0000 \u00e9\ud83d\udd14\uff11";
        for (int i = 0; i < TRIES; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(60); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            assertThatThrownBy(() -> NotificationId.parse(text.toString()))
                    .as(text.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static List<NotificationId> made(long time, int count, Random random) {
        var clock = Clock.fixed(Instant.ofEpochMilli(time), ZoneOffset.UTC);
        return new NotificationIds(clock, random).consecutive(count);
    }

    private static long anyTime(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> TIMES - 1;
            default -> random.nextLong(TIMES);
        };
    }

    private static byte[] bytesOf(NotificationId id) {
        return HexFormat.of().parseHex(id.toString().replace("-", ""));
    }

    private static String with(String text, int place, char other) {
        return text.substring(0, place) + other + text.substring(place + 1);
    }

    private static final class Constant extends Random {
        private static final long serialVersionUID = 1L;

        private final long value;

        private Constant(long value) {
            this.value = value;
        }

        @Override
        public long nextLong() {
            return value;
        }
    }
}
