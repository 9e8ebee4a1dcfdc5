package io.herald.local.outside;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mail that was delivered.
 *
 * @param file where it lies
 * @param text all of it, headers (RFC 5322) and body, as it came over the wire
 */
public record DeliveredMail(Path file, String text) {

    static DeliveredMail of(Path file, byte[] content) {
        return new DeliveredMail(file, new String(content, UTF_8));
    }

    /** The addresses of its envelope. */
    public List<String> recipients() {
        return headers("Delivered-To");
    }

    /** Its Message-ID without the angle brackets. */
    public Optional<String> messageId() {
        return headers("Message-ID").stream().findFirst().map(id -> id.replaceAll("^<|>$", ""));
    }

    /** Its subject, as it came. */
    public Optional<String> subject() {
        return headers("Subject").stream().findFirst();
    }

    /** The values of a header, unfolded, in the order in which they came. */
    public List<String> headers(String name) {
        var end = text.indexOf("\r\n\r\n");
        var head = (end < 0 ? text : text.substring(0, end)).replaceAll("\r\n(?=[ \t])", "");
        var values = new ArrayList<String>();
        for (var line : head.split("\r\n", -1)) {
            var colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                values.add(line.substring(colon + 1).strip());
            }
        }
        return List.copyOf(values);
    }
}
