package io.herald.tenant;

import java.util.HexFormat;

/**
 * The SHA-256 of an API key, which is all that is kept of it. A key has 256 random bits, so a slow
 * password hash would add nothing but time.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record KeyHash(String hex) {
    public static KeyHash of(byte[] digest) {
        return new KeyHash(HexFormat.of().formatHex(digest));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
