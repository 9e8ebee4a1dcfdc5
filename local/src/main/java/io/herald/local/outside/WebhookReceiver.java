package io.herald.local.outside;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server on loopback that takes any request, keeps it as a file and then answers as it was
 * told to; 204 at first.
 */
public final class WebhookReceiver implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final NumberedFiles files;
    private final WebhookInbox inbox;
    private final Clock clock;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private volatile Answer answer = Answer.ofStatus(204);

    private WebhookReceiver(Path folder, Clock clock) throws IOException {
        this.files = new NumberedFiles(folder, WebhookInbox.SUFFIX);
        this.inbox = new WebhookInbox(folder);
        this.clock = clock;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::receive);
        server.start();
    }

    /**
     * How it answers.
     *
     * @param delay before the answer, after the request was kept
     * @param retryAfter the header, in seconds
     */
    public record Answer(int status, Duration delay, Optional<Integer> retryAfter) {

        /** At once, with nothing but a status. */
        public static Answer ofStatus(int status) {
            return new Answer(status, Duration.ZERO, Optional.empty());
        }
    }

    /** Starts to listen on a free port. */
    public static WebhookReceiver start(Path folder, Clock clock) throws IOException {
        return new WebhookReceiver(folder, clock);
    }

    /** From now on it answers so. */
    public void answers(Answer next) {
        answer = next;
    }

    /** From now on it answers so to what comes to the path. */
    public void answers(String path, Answer next) {
        answers.put(path, next);
    }

    /** Host and port, as an allow list names them. */
    public String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Where it listens; any path below will do. */
    public URI url() {
        return URI.create("http://" + authority() + "/");
    }

    /** What it has taken. */
    public WebhookInbox inbox() {
        return inbox;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            var now = answers.getOrDefault(exchange.getRequestURI().getPath(), answer);
            keep(exchange);
            Thread.sleep(now.delay());
            now.retryAfter()
                    .ifPresent(seconds ->
                            exchange.getResponseHeaders()
                                    .set("Retry-After", Integer.toString(seconds)));
            exchange.sendResponseHeaders(now.status(), -1);
        } catch (InterruptedException e) {
            // The stop: the caller sees a closed connection.
            Thread.currentThread().interrupt();
        }
    }

    private void keep(HttpExchange exchange) throws IOException {
        var request =
                JSON.createObjectNode()
                        .put("receivedAt", clock.instant().toString())
                        .put("method", exchange.getRequestMethod())
                        .put("path", exchange.getRequestURI().toString());
        request.set("headers", JSON.valueToTree(exchange.getRequestHeaders()));
        request.put("body", new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        var id = exchange.getRequestHeaders().getFirst("webhook-id");
        files.add(id == null ? "no-webhook-id" : id, JSON.writeValueAsBytes(request));
    }
}
