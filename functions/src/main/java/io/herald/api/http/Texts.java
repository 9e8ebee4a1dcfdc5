package io.herald.api.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** What holds for every text that comes in. */
public final class Texts {
    private Texts() {}

    /**
     * Whether the text can be stored: Postgres takes no NUL, and UTF-8 no half of a surrogate pair.
     */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == 0 || Character.isLowSurrogate(character)) {
                return false;
            }
            if (Character.isHighSurrogate(character)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * @return empty when the bytes are not UTF-8
     */
    public static Optional<String> ofUtf8(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return Optional.of(text.toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /**
     * Decodes percent-encoding (RFC 3986, section 2.1), in which a plus sign is a plus sign.
     *
     * @return empty when the encoding is broken, or what it stands for is not UTF-8
     */
    public static Optional<String> ofPercentEncoded(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return Optional.of(encoded);
        }
        var source = encoded.getBytes(StandardCharsets.UTF_8);
        var decoded = ByteBuffer.allocate(source.length);
        for (int i = 0; i < source.length; i++) {
            if (source[i] != '%') {
                decoded.put(source[i]);
                continue;
            }
            int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
            int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            decoded.put((byte) (high << 4 | low));
            i += 2;
        }
        var bytes = new byte[decoded.position()];
        decoded.flip().get(bytes);
        return ofUtf8(bytes);
    }

    /**
     * @param parser throws IllegalArgumentException for what it cannot read
     * @return empty when it cannot be read
     */
    public static <T> Optional<T> parsed(String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
