package io.herald.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/** The requests, whole and as bytes: making them costs nothing while something is measured. */
final class Requests {
    static final String TEMPLATE = "order-shipped";

    private static final int BATCHES = 16;
    private static final long SEED = 4;

    private final URI url;
    private final String key;
    private final BenchSettings settings;

    Requests(URI url, String key, BenchSettings settings) {
        this.url = url;
        this.key = key;
        this.settings = settings;
    }

    byte[] template() {
        return request(
                "PUT",
                "/v1/templates/" + TEMPLATE,
                """
                {"email": {"subject": "Order {{order}} has shipped",
                           "text": "Hello {{name}},\\n\\nyour order {{order}} over {{total}} EUR left us today.\\n"},
                 "requiredVariables": ["order", "name"]}\
                """);
    }

    List<byte[]> users() {
        var all = new ArrayList<byte[]>();
        for (int user = 0; user < settings.users(); user++) {
            all.add(
                    request(
                            "PUT",
                            "/v1/users/" + name(user),
                            "{\"email\": \"%s@example.com\"}".formatted(name(user))));
        }
        return all;
    }

    /** One message for each user. */
    List<byte[]> singles() {
        var all = new ArrayList<byte[]>();
        for (int user = 0; user < settings.users(); user++) {
            all.add(request("POST", "/v1/notifications", message(user)));
        }
        return all;
    }

    /** Some batches, each of them for different users in another order. */
    List<byte[]> batches() {
        var random = new Random(SEED);
        var all = new ArrayList<byte[]>();
        for (int i = 0; i < BATCHES; i++) {
            var messages = new StringJoiner(",", "{\"notifications\":[", "]}");
            random.ints(0, settings.users())
                    .distinct()
                    .limit(settings.batch())
                    .forEach(user -> messages.add(message(user)));
            all.add(request("POST", "/v1/notifications/batch", messages.toString()));
        }
        return all;
    }

    /** What a batch of which nothing was refused is answered with begins with this. */
    String batchAccepted() {
        return "{\"accepted\":%d,\"rejected\":0,".formatted(settings.batch());
    }

    static String payload(int user) {
        return "{\"order\":\"A-%06d\",\"name\":\"Person %d\",\"total\":\"%d.50\"}"
                .formatted(user, user, user % 500);
    }

    static String name(int user) {
        return "user-%06d".formatted(user);
    }

    private static String message(int user) {
        return "{\"userId\":\"%s\",\"channels\":[\"email\"],\"template\":\"%s\",\"payload\":%s}"
                .formatted(name(user), TEMPLATE, payload(user));
    }

    private byte[] request(String method, String path, String body) {
        var content = body.getBytes(UTF_8);
        var head =
                """
                %s %s HTTP/1.1
                Host: %s
                Authorization: Bearer %s
                Content-Type: application/json
                Content-Length: %d

                """
                        .formatted(method, path, url.getAuthority(), key, content.length)
                        .replace("\n", "\r\n")
                        .getBytes(UTF_8);
        var request = new byte[head.length + content.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(content, 0, request, head.length, content.length);
        return request;
    }
}
