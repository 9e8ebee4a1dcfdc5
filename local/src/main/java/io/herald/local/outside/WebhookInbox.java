package io.herald.local.outside;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a {@link WebhookReceiver} has taken, read from its folder; from any process.
 *
 * @param folder need not exist
 */
public record WebhookInbox(Path folder) {

    static final String SUFFIX = ".json";

    private static final JsonMapper JSON = new JsonMapper();

    /** The requests, the oldest first; the newest 1,000 are kept. */
    public List<ReceivedWebhook> all() {
        var requests = new ArrayList<ReceivedWebhook>();
        try {
            for (var file : NumberedFiles.list(folder, SUFFIX)) {
                try {
                    requests.add(read(file));
                } catch (NoSuchFileException _) {
                    // Too old by now, and removed.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(requests);
    }

    /** The requests whose header has that value. */
    public List<ReceivedWebhook> withHeader(String name, String value) {
        return all().stream()
                .filter(request -> request.header(name).filter(value::equals).isPresent())
                .toList();
    }

    private static ReceivedWebhook read(Path file) throws IOException {
        var request = JSON.readTree(Files.readAllBytes(file));
        Map<String, List<String>> headers =
                JSON.convertValue(request.get("headers"), new TypeReference<>() {});
        return new ReceivedWebhook(
                file,
                request.get("method").asText(),
                request.get("path").asText(),
                headers,
                request.get("body").asText());
    }
}
