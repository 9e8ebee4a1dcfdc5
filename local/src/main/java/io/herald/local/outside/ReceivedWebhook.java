package io.herald.local.outside;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request that a {@link WebhookReceiver} has taken.
 *
 * @param file where it lies
 * @param path with its query
 * @param headers their names compared without case
 * @param body as text; bytes that are not UTF-8 are replaced
 */
public record ReceivedWebhook(
        Path file, String method, String path, Map<String, List<String>> headers, String body) {

    public ReceivedWebhook {
        var caseless = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        caseless.putAll(headers);
        headers = Collections.unmodifiableMap(caseless);
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }
}
