package io.herald.local.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Decodes percent-encoding (RFC 3986, section 2.1) once and strictly: what is not well-formed, not
 * UTF-8 or holds a NUL is refused with 400 and never repaired, since two readers would repair it in
 * two ways.
 */
final class PercentEncoding {

    private PercentEncoding() {}

    /** Decodes a path segment, in which a plus sign stands for itself. */
    static String decodePath(String encoded) throws Refusal {
        return decode(encoded, false);
    }

    /** Decodes a query parameter's name or value, in which a plus sign is a space. */
    static String decodeQuery(String encoded) throws Refusal {
        return decode(encoded, true);
    }

    private static String decode(String encoded, boolean plusIsSpace) throws Refusal {
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (var i = 0; i < encoded.length(); i++) {
            var character = encoded.charAt(i);
            if (character == '%') {
                bytes.write(octet(encoded, i));
                i += 2;
            } else if (character == '+' && plusIsSpace) {
                bytes.write(' ');
            } else if (character > 0x20 && character < 0x7f) {
                bytes.write(character);
            } else {
                throw malformed();
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    private static int octet(String encoded, int percent) throws Refusal {
        if (percent + 2 >= encoded.length()) {
            throw malformed();
        }
        var high = hexDigit(encoded.charAt(percent + 1));
        var low = hexDigit(encoded.charAt(percent + 2));
        if (high < 0 || low < 0 || high + low == 0) {
            throw malformed();
        }
        return high * 16 + low;
    }

    private static int hexDigit(char character) {
        return character < 0x80 ? Character.digit(character, 16) : -1;
    }

    private static Refusal malformed() {
        return new Refusal(400, "The path or query is not percent-encoded UTF-8.");
    }
}
