package io.herald.local.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What nobody sends by mistake, and what somebody does. */
final class HostileValues {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "\u0000",
                    "a\u0000b",
                    "\ud800",
                    "\udc00\ud800",
                    "\ufffe\uffff",
                    "\u202egnp.exe",
                    "\u200b",
                    "Z\u0351\u036b\u0343a\u0323\u0327",
                    "\ud83d\udc69\u200d\ud83d\ude80",
                    "\u0130\u0131\u00df",
                    "\r\nX-Injected: 1",
                    "'; DROP TABLE notification; --",
                    "{{#a}}{{/b}}",
                    "{{" + "a.".repeat(500) + "b}}",
                    "${jndi:ldap://127.0.0.1/a}",
                    "../../etc/passwd",
                    "<script>alert(1)</script>",
                    "null",
                    "NaN",
                    "-1",
                    "1e308",
                    "9223372036854775808",
                    "00000000-0000-0000-0000-000000000000",
                    "ffffffff-ffff-ffff-ffff-ffffffffffff",
                    "2026-02-30T25:61:61Z",
                    "+999999999-12-31T23:59:59.999999999999+99:99",
                    "a@b@c",
                    "x".repeat(255) + "@example.com",
                    "hk_" + "A".repeat(43),
                    "x".repeat(10_000));

    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-0",
                    "-1",
                    "2147483648",
                    "9223372036854775808",
                    "-9223372036854775809",
                    "1.5",
                    "1e400",
                    "1e-400",
                    "1e2147483647",
                    "0.1e-2147483647",
                    "1e99999999999",
                    "9".repeat(500),
                    "9".repeat(5_000),
                    "0." + "0".repeat(900) + "1");

    private static final List<String> SEGMENTS =
            List.of(
                    "%00",
                    "%ff",
                    "%zz",
                    "%",
                    "%c0%80",
                    "%ed%a0%80",
                    "..",
                    "%2e%2e",
                    "%2F..%2F",
                    "a%2Fb",
                    "%F0%9F%98%80",
                    "%E2%80%AE",
                    "+",
                    ";a=b",
                    "a;b",
                    "*",
                    "'",
                    "%0d%0aX:1",
                    "null",
                    "-1",
                    "{id}",
                    "%25%32%66",
                    "x".repeat(129),
                    "x".repeat(4_000),
                    "x".repeat(12_000));

    private HostileValues() {}

    static String text(Random random) {
        return random.nextInt(4) > 0
                ? pick(TEXTS, random)
                : random.ints(1 + random.nextInt(40), 0, 0x11_0000)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
    }

    /** Percent-encoded, or not quite. */
    static String segment(Random random) {
        return pick(SEGMENTS, random);
    }

    /** The text of a number of JSON, or nearly. */
    static String number(Random random) {
        return pick(NUMBERS, random);
    }

    static JsonNode value(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(random.nextInt());
            case 3 -> JSON.numberNode(BigInteger.TEN.pow(random.nextInt(700)).negate());
            case 4 -> JSON.numberNode(new BigDecimal("1e" + (random.nextInt(1_200) - 600)));
            case 5 -> JSON.arrayNode();
            case 6 -> JSON.objectNode();
            case 7 -> nested(random.nextInt(140));
            default -> JSON.textNode(text(random));
        };
    }

    private static JsonNode nested(int depth) {
        JsonNode node = JSON.textNode("deep");
        for (int i = 0; i < depth; i++) {
            node = i % 2 == 0 ? JSON.arrayNode().add(node) : JSON.objectNode().set("a", node);
        }
        return node;
    }

    /** Bytes that are no JSON, or JSON that nobody takes, made of some that is. */
    static byte[] spoiled(String json, Random random) {
        var bytes = json.getBytes(UTF_8);
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(16)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> insert(bytes, at, new byte[] {0});
            case 2 -> insert(bytes, at, new byte[] {(byte) 0xff, (byte) 0xc0});
            case 3 -> insert(bytes, at, "\\ud800".getBytes(UTF_8));
            case 4 -> insert(bytes, at, number(random).getBytes(UTF_8));
            case 5 -> (json + json).getBytes(UTF_8);
            case 6 -> json.getBytes(UTF_16);
            case 7 -> ("\ufeff" + json).getBytes(UTF_8);
            case 8 -> json.replace('"', '\'').getBytes(UTF_8);
            case 9 -> ("{\"a\":" + number(random) + "," + json.substring(1)).getBytes(UTF_8);
            case 10 -> ("{\"a\":1,\"a\":2," + json.substring(1)).getBytes(UTF_8);
            case 11 -> "[".repeat(100_000).getBytes(UTF_8);
            case 12 -> ("{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000)).getBytes(UTF_8);
            case 13 -> ("\"" + "\\".repeat(at) + json).getBytes(UTF_8);
            case 14 ->
                    random.ints(at + 1L, 0, 256)
                            .collect(
                                    StringBuilder::new,
                                    (builder, value) -> builder.append((char) value),
                                    StringBuilder::append)
                            .toString()
                            .getBytes(ISO_8859_1);
            default -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
        };
    }

    static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] insert(byte[] bytes, int at, byte[] more) {
        var all = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, all, at, more.length);
        System.arraycopy(bytes, at, all, at + more.length, bytes.length - at);
        return all;
    }
}
