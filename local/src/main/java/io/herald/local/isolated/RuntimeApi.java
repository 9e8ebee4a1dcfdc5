package io.herald.local.isolated;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.herald.catalog.Catalog;
import io.herald.local.isolated.Signal.Asked;
import io.herald.local.isolated.Signal.InitFailed;
import io.herald.local.isolated.Signal.Returned;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.Payload;
import io.herald.local.lambda.InvocationResult.TooLarge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Runtime API of one environment, on a port of its own on loopback: what "Using the Lambda
 * runtime API" (version 2018-06-01) of the AWS Lambda developer guide lays down, without the calls
 * of a restored snapshot.
 */
final class RuntimeApi implements AutoCloseable {

    private static final String BASE = "/2018-06-01/runtime";
    private static final String ACCEPTED = "{\"status\":\"OK\"}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Consumer<Signal> listener;
    private final BlockingQueue<Invocation> next = new LinkedBlockingQueue<>();
    private volatile @Nullable String current;

    private RuntimeApi(HttpServer server, Consumer<Signal> listener) {
        this.server = server;
        this.listener = listener;
    }

    /**
     * Starts it on a free port.
     *
     * @param listener is told what the process says, on other threads
     */
    static RuntimeApi start(Consumer<Signal> listener) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var api = new RuntimeApi(server, listener);
        server.createContext("/", api::handle);
        server.setExecutor(api.threads);
        server.start();
        return api;
    }

    /** Host and port, as AWS_LAMBDA_RUNTIME_API names them. */
    String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Gives the event to the process when it asks; it must be done with the one before. */
    void offer(Invocation invocation) {
        current = invocation.requestId();
        next.add(invocation);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            switch (call) {
                case "GET " + BASE + "/invocation/next" -> handOut(exchange);
                case "POST " + BASE + "/init/error" -> {
                    listener.accept(new InitFailed(readError(exchange)));
                    answer(exchange, 202, ACCEPTED);
                }
                default -> takeBack(exchange, call);
            }
        }
    }

    private void handOut(HttpExchange exchange) throws IOException {
        listener.accept(new Asked());
        Invocation invocation;
        try {
            invocation = next.take();
        } catch (InterruptedException e) {
            // The environment has ended, and with it whoever asked.
            Thread.currentThread().interrupt();
            return;
        }
        var headers = exchange.getResponseHeaders();
        headers.set("Lambda-Runtime-Aws-Request-Id", invocation.requestId());
        headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(invocation.deadlineMillis()));
        headers.set("Lambda-Runtime-Invoked-Function-Arn", invocation.functionArn());
        headers.set("Lambda-Runtime-Trace-Id", invocation.traceId());
        answer(exchange, 200, invocation.payload());
    }

    private void takeBack(HttpExchange exchange, String call) throws IOException {
        var id = current;
        var path = "POST " + BASE + "/invocation/" + id;
        if (id != null && call.equals(path + "/response")) {
            var result = readResponse(exchange);
            listener.accept(new Returned(id, result));
            if (result instanceof TooLarge) {
                answer(exchange, 413, error("RequestEntityTooLarge", "The answer is too large."));
            } else {
                answer(exchange, 202, ACCEPTED);
            }
        } else if (id != null && call.equals(path + "/error")) {
            listener.accept(new Returned(id, readError(exchange)));
            answer(exchange, 202, ACCEPTED);
        } else if (call.startsWith("POST " + BASE + "/invocation/")) {
            answer(exchange, 400, error("InvalidRequestID", "No such invocation is under way."));
        } else {
            answer(exchange, 404, error("NotFound", "There is no such call."));
        }
    }

    private static InvocationResult readResponse(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody();
        var kept = body.readNBytes(Catalog.INVOCATION_LIMIT_BYTES + 1);
        if (kept.length <= Catalog.INVOCATION_LIMIT_BYTES) {
            return new Answered(kept);
        }
        var bytes = (long) kept.length;
        for (var more = body.skip(Long.MAX_VALUE); more > 0; more = body.skip(Long.MAX_VALUE)) {
            bytes += more;
        }
        return new TooLarge(Payload.RESPONSE, bytes);
    }

    /** An error as "Invocation error" and "Initialization error" of the guide describe it. */
    private static Failed readError(HttpExchange exchange) throws IOException {
        JsonNode error;
        try {
            error = JSON.readTree(exchange.getRequestBody().readAllBytes());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            error = JSON.missingNode();
        }
        var header = exchange.getRequestHeaders().getFirst("Lambda-Runtime-Function-Error-Type");
        return new Failed(
                error.path("errorType").asText(Objects.requireNonNullElse(header, "Unhandled")),
                error.path("errorMessage").asText(""));
    }

    private static String error(String type, String message) {
        return JSON.createObjectNode()
                .put("errorType", type)
                .put("errorMessage", message)
                .toString();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        answer(exchange, status, body.getBytes(UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        // The client ends with an error of its own over an answer that has none.
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
