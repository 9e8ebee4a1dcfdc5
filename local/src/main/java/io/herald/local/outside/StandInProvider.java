package io.herald.local.outside;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.local.outside.HandedOver.Ending;
import io.herald.local.outside.HandedOver.Taking;
import io.herald.local.outside.ProviderFaults.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mail gateway on loopback that speaks the provider protocol ({@code
 * docs/provider-protocol.yaml}), sends nothing, writes down whatever comes in, and misbehaves as it
 * is told: by {@link #behaves}, or from any process by {@code PUT /control/faults}, where {@code
 * GET /control/record} and {@code GET /control/counts} show what came. Webhooks it takes as well,
 * at {@link #webhooks}, and misbehaves alike; of those it sends no receipts.
 *
 * <p>Its record survives it, and with it which keys it has accepted. Receipts that wait do not.
 */
public final class StandInProvider implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StandInProvider.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int BODY_LIMIT = 8 * 1_048_576;
    private static final int MOST_IN_A_CALL = 1_000;
    private static final String WEBHOOKS = "/webhooks";

    private final ProviderRecord record;
    private final ProviderBooks books;
    private final ReceiptSender receipts;
    private final String key;
    private final String secret;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Server server;
    private final ServerConnector connector;
    private volatile ProviderFaults faults = ProviderFaults.NONE;

    /**
     * @param messages lines of the record by what became of the message
     * @param calls by how they ended
     * @param receiptsOpen how many are not taken yet
     * @param receiptsTaken how many were taken
     */
    public record Counts(
            Map<Taking, Long> messages,
            Map<Ending, Long> calls,
            long receiptsOpen,
            long receiptsTaken) {

        /** How many messages were accepted, each once. */
        public long accepted() {
            return messages.getOrDefault(Taking.ACCEPTED, 0L);
        }
    }

    private StandInProvider(Path folder, Clock clock) throws IOException {
        this.record = new ProviderRecord(folder.resolve("record.ndjson"));
        this.books = new ProviderBooks(record, clock);
        this.key = random(24);
        this.secret = "whsec_" + Base64.getEncoder().encodeToString(bytes(24));
        this.receipts = new ReceiptSender(secret, clock);
        var threads = new QueuedThreadPool(32, 4);
        threads.setName("stand-in-provider");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        this.server = new Server(threads);
        server.setHandler(new Reception());
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        this.connector =
                new ServerConnector(
                        server,
                        1,
                        1,
                        new HttpConnectionFactory(http),
                        new HTTP2CServerConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
    }

    /**
     * Starts to listen on a free port.
     *
     * @param folder of its record; another one's is gone on with
     */
    public static StandInProvider start(Path folder, Clock clock) throws IOException {
        var provider = new StandInProvider(folder, clock);
        try {
            provider.server.start();
        } catch (Exception e) {
            provider.close();
            throw new IOException("The stand-in provider cannot listen.", e);
        }
        return provider;
    }

    /** Where it listens, without a slash at the end. */
    public URI url() {
        return URI.create("http://" + authority());
    }

    /** Host and port, as an allow list names them. */
    public String authority() {
        return "127.0.0.1:" + connector.getLocalPort();
    }

    /** Where it takes webhooks; any query will do. */
    public URI webhooks() {
        return URI.create(url() + WEBHOOKS);
    }

    /** What callers must say, but for webhooks. */
    public String key() {
        return key;
    }

    /** What it signs receipts with. */
    public String secret() {
        return secret;
    }

    /** What came in. */
    public ProviderRecord record() {
        return record;
    }

    /** From now on it does so. */
    public void behaves(ProviderFaults next) {
        faults = next;
    }

    /** From now on receipts go there. */
    public void sendsReceiptsTo(URI callbacks) {
        receipts.sendTo(callbacks);
    }

    public Counts counts() {
        var counts = books.counts();
        return new Counts(counts.messages(), counts.calls(), receipts.open(), receipts.taken());
    }

    @Override
    public void close() {
        stopping.countDown();
        receipts.close();
        try {
            server.stop();
            books.close();
        } catch (Exception e) {
            LOG.debug("calls were under way at the stop", e);
        }
    }

    /** A call that is not one of the protocol. */
    private static final class BadCall extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        BadCall(int status, String words) {
            super(words);
            this.status = status;
        }
    }

    private final class Reception extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            try {
                switch (request.getMethod() + " " + request.getHttpURI().getPath()) {
                    case "POST /messages" -> takeMessages(request, response, callback, false);
                    case "POST /messages/bulk" -> takeMessages(request, response, callback, true);
                    case "POST " + WEBHOOKS -> takeWebhook(request, response, callback);
                    case "PUT /control/faults" -> {
                        behaves(ProviderFaults.parse(new String(body(request), UTF_8)));
                        answer(response, callback, 200, faults.toJson());
                    }
                    case "GET /control/faults" -> answer(response, callback, 200, faults.toJson());
                    case "GET /control/counts" ->
                            answer(response, callback, 200, JSON.writeValueAsString(counts()));
                    case "GET /control/record" -> show(request, response, callback);
                    default -> throw new BadCall(404, "There is nothing here.");
                }
            } catch (BadCall e) {
                refuse(response, callback, e.status, String.valueOf(e.getMessage()));
            } catch (IllegalArgumentException e) {
                refuse(response, callback, 400, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                LOG.warn("a call could not be taken", e);
                refuse(response, callback, 500, "It could not be written down.");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cut(request, callback);
            }
            return true;
        }

        private void takeMessages(
                Request request, Response response, Callback callback, boolean bulk)
                throws BadCall, IOException, InterruptedException {
            if (!("Bearer " + key).equals(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
                throw new BadCall(401, "The key is not the right one.");
            }
            var now = faults;
            var taken = books.take(messages(body(request), bulk), bulk, now);
            receipts.accepted(
                    taken.lines().stream()
                            .filter(line -> line.taking() == Taking.ACCEPTED)
                            .toList(),
                    now.receipts(),
                    taken.chance());
            end(
                    request,
                    response,
                    callback,
                    now,
                    taken,
                    () -> {
                        answer(response, callback, 200, results(taken.lines(), bulk));
                    });
        }

        private void takeWebhook(Request request, Response response, Callback callback)
                throws BadCall, IOException, InterruptedException {
            var now = faults;
            var taken = books.take(List.of(webhook(request)), false, now);
            boolean refused = taken.lines().getFirst().taking() == Taking.REFUSED;
            end(
                    request,
                    response,
                    callback,
                    now,
                    taken,
                    () -> {
                        response.setStatus(refused ? 422 : 204);
                        callback.succeeded();
                    });
        }

        /**
         * Ends a call that was written down as its fault says.
         *
         * @param answer where there is none
         */
        private void end(
                Request request,
                Response response,
                Callback callback,
                ProviderFaults now,
                ProviderBooks.Taken taken,
                Runnable answer)
                throws InterruptedException {
            long latency = now.latencyMillis().any(taken.chance());
            // An answer is all that is kept waiting: what is closed meanwhile is cut.
            if (stopping.await(
                    taken.fault() == Fault.HANG ? now.hangMillis() : latency,
                    TimeUnit.MILLISECONDS)) {
                cut(request, callback);
                return;
            }
            switch (taken.fault()) {
                case NONE -> answer.run();
                case THROTTLE -> {
                    response.getHeaders().put(HttpHeader.RETRY_AFTER, now.retryAfterSeconds());
                    refuse(
                            response,
                            callback,
                            taken.chance().nextBoolean() ? 429 : 503,
                            "Not so fast.");
                }
                case FAIL -> refuse(response, callback, 500, "Something went wrong.");
                case CUT_BEFORE, CUT_AFTER, HANG -> cut(request, callback);
            }
        }

        private void show(Request request, Response response, Callback callback)
                throws IOException {
            var query = Request.extractQueryParameters(request);
            var notification = query.getValue("notification");
            var to = query.getValue("to");
            var lines = new StringBuilder();
            record.forEach(line -> {
                if ((notification == null || notification.equals(line.notification()))
                        && (to == null || to.equals(line.to()))) {
                    lines.append(JSON.valueToTree(line).toString()).append('\n');
                }
            });
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/x-ndjson");
            response.write(true, ByteBuffer.wrap(lines.toString().getBytes(UTF_8)), callback);
        }
    }

    private static byte[] body(Request request) throws IOException, BadCall {
        var body = Request.asInputStream(request).readNBytes(BODY_LIMIT + 1);
        if (body.length > BODY_LIMIT) {
            throw new BadCall(413, "A call has 8 MiB at most.");
        }
        return body;
    }

    private static Incoming webhook(Request request) throws BadCall, IOException {
        var id = request.getHeaders().get("webhook-id");
        if (id == null) {
            throw new BadCall(400, "It has no webhook-id.");
        }
        try {
            var user = JSON.readTree(body(request)).at("/data/userId").textValue();
            return new Incoming(id, id, 0, null, user, request.getHttpURI().getPathQuery());
        } catch (JsonProcessingException e) {
            throw new BadCall(400, e.getOriginalMessage());
        }
    }

    private static List<Incoming> messages(byte[] body, boolean bulk) throws BadCall, IOException {
        try {
            var tree = JSON.readTree(body);
            if (bulk ? !tree.isArray() : !tree.isObject()) {
                throw new BadCall(400, "It is not what this path takes.");
            }
            if (bulk && (tree.isEmpty() || tree.size() > MOST_IN_A_CALL)) {
                throw new BadCall(400, "A call has 1 to 1,000 messages.");
            }
            var messages = new ArrayList<Incoming>();
            for (var message : bulk ? tree : List.of(tree)) {
                if (!message.isObject()) {
                    throw new BadCall(400, "A message is an object.");
                }
                messages.add(JSON.treeToValue(message, IncomingMessage.class).incoming());
            }
            return messages;
        } catch (JsonProcessingException e) {
            throw new BadCall(400, e.getOriginalMessage());
        }
    }

    private static String results(List<HandedOver> lines, boolean bulk) {
        if (!bulk) {
            return result(lines.getFirst()).toString();
        }
        var results = JSON.createArrayNode();
        lines.forEach(line -> results.add(result(line)));
        return results.toString();
    }

    private static JsonNode result(HandedOver line) {
        ObjectNode result = JSON.createObjectNode().put("idempotencyKey", line.key());
        return switch (line.taking()) {
            case ACCEPTED -> result.put("result", "accepted").put("id", line.id());
            case DUPLICATE -> result.put("result", "duplicate").put("id", line.id());
            case REFUSED -> result.put("result", "refused").put("code", "address_refused");
            case NOT_TAKEN -> throw new IllegalStateException("a call that is answered was taken");
        };
    }

    private static void refuse(Response response, Callback callback, int status, String words) {
        answer(response, callback, status, JSON.createObjectNode().put("detail", words).toString());
    }

    private static void answer(Response response, Callback callback, int status, String json) {
        var body = json.getBytes(UTF_8);
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, "application/json")
                .put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static void cut(Request request, Callback callback) {
        request.getConnectionMetaData().getConnection().getEndPoint().close();
        callback.failed(new EofException("cut"));
    }

    private static String random(int bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(bytes));
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
