package io.herald.local.gateway;

import io.herald.api.http.PublicAddress;
import io.herald.catalog.Catalog;
import io.herald.local.lambda.InvocationResult;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.zip.ZipException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a request into an invocation and its result into an answer; blocks while it runs. */
final class GatewayHandler extends Handler.Abstract {

    /** API Gateway's limit on a body, in bytes; counted after decompression. */
    static final int BODY_LIMIT = 10 * 1_024 * 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(GatewayHandler.class);

    private static final String REQUEST_ID = "x-amzn-RequestId";

    private final ApiResources resources;
    private final FunctionMounts functions;
    private final Duration timeout;
    private final Clock clock;

    GatewayHandler(
            ApiResources resources, FunctionMounts functions, Duration timeout, Clock clock) {
        this.resources = resources;
        this.functions = functions;
        this.timeout = timeout;
        this.clock = clock;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var requestId = UUID.randomUUID().toString();
        try {
            var proxyRequest = read(request, requestId);
            var answer = serve(proxyRequest);
            response.getHeaders().put("x-amz-apigw-id", ProxyEvent.extendedRequestId(proxyRequest));
            write(request, response, callback, requestId, answer);
        } catch (Refusal refusal) {
            writeProblem(request, response, callback, refusal, requestId);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            writeProblem(
                    request, response, callback, new Refusal(503, "The gateway stops."), requestId);
        } catch (IOException e) {
            // The client has gone, or has sent nothing for too long: there is nobody to answer.
            callback.failed(e);
        } catch (RuntimeException e) {
            LOG.error("the gateway failed, request {}", requestId, e);
            writeProblem(
                    request,
                    response,
                    callback,
                    new Refusal(500, "The gateway failed."),
                    requestId);
        }
        return true;
    }

    /** Writes an answer of the gateway's own. */
    static void writeProblem(
            Request request,
            Response response,
            Callback callback,
            Refusal refusal,
            String requestId) {
        var body =
                new GatewayProblem(
                                addressOf(request), refusal.status(), refusal.detail(), requestId)
                        .toJson();
        LOG.info("the gateway answers {}, request {}", refusal.status(), requestId);
        response.setStatus(refusal.status());
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, GatewayProblem.MEDIA_TYPE)
                .put(REQUEST_ID, requestId)
                .put("x-request-id", requestId)
                .put(HttpHeader.CONTENT_LENGTH, body.length);
        if (refusal.status() == HttpStatus.TOO_MANY_REQUESTS_429
                || refusal.status() == HttpStatus.SERVICE_UNAVAILABLE_503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
        }
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** As the API would have it. */
    private static String addressOf(Request request) {
        var host = request.getHttpURI().getAuthority();
        // A request that cannot be parsed may not have come to its host.
        return PublicAddress.of(
                "http",
                host == null
                        ? Request.getServerName(request) + ":" + Request.getServerPort(request)
                        : host);
    }

    private ProxyRequest read(Request request, String requestId) throws Refusal, IOException {
        var path = request.getHttpURI().getPath();
        if (path == null || !path.startsWith("/") || HttpMethod.CONNECT.is(request.getMethod())) {
            throw new Refusal(400, "The request target is not a path.");
        }
        return new ProxyRequest(
                requestId,
                clock.instant(),
                request.getMethod(),
                path,
                request.getHttpURI().getQuery(),
                request.getHeaders(),
                body(request),
                Request.getRemoteAddr(request),
                Request.getServerPort(request),
                Request.getServerName(request),
                request.getConnectionMetaData().getHttpVersion().asString());
    }

    private ProxyAnswer serve(ProxyRequest request) throws Refusal, InterruptedException {
        var match = resources.match(request.method(), request.path());
        var function = functions.of(request.path());
        var event = ProxyEvent.toJson(request, match);
        return switch (function.invoke(event, timeout)) {
            case InvocationResult.Answered(var payload) -> ProxyAnswer.parse(payload);
            case InvocationResult.Failed _ ->
                    throw new Refusal(502, "The function failed. The request may be repeated.");
            case InvocationResult.TimedOut() ->
                    throw new Refusal(504, "The function did not answer in time.");
            case InvocationResult.Throttled() ->
                    throw new Refusal(429, "All environments of the function are busy.");
            case InvocationResult.TooLarge(var payload, var bytes) ->
                    throw switch (payload) {
                        case REQUEST -> tooLarge(bytes);
                        case RESPONSE -> new Refusal(502, "The function's answer is too large.");
                    };
        };
    }

    private static Refusal tooLarge(long bytes) {
        return new Refusal(
                413,
                "The request, as JSON, has %d bytes; an invocation takes %d."
                        .formatted(bytes, Catalog.INVOCATION_LIMIT_BYTES));
    }

    private static byte[] body(Request request) throws Refusal, IOException {
        var raw = Request.asInputStream(request);
        try {
            var kept = new ByteArrayOutputStream();
            var decoded = ContentCoding.decoded(request.getHeaders(), raw);
            var buffer = new byte[16_384];
            for (var read = decoded.read(buffer); read >= 0; read = decoded.read(buffer)) {
                kept.write(buffer, 0, read);
                if (kept.size() > BODY_LIMIT) {
                    throw new Refusal(413, "The body has more than 10 MB.");
                }
            }
            return kept.toByteArray();
        } catch (ZipException | EOFException e) {
            if (request.getHeaders().contains(HttpHeader.CONTENT_ENCODING)) {
                discard(raw);
                throw new Refusal(
                        415, "The body is not in the coding that Content-Encoding names.");
            }
            throw e;
        } catch (Refusal refusal) {
            discard(raw);
            throw refusal;
        }
    }

    /**
     * Reads on, within reason: a client that is still sending sees a closed connection, and not the
     * answer, if nobody reads what it sends.
     */
    private static void discard(InputStream body) throws IOException {
        var buffer = new byte[16_384];
        var left = 4L * BODY_LIMIT;
        while (left > 0) {
            var read = body.read(buffer);
            if (read < 0) {
                return;
            }
            left -= read;
        }
    }

    private static void write(
            Request request,
            Response response,
            Callback callback,
            String requestId,
            ProxyAnswer answer) {
        response.setStatus(answer.status());
        HttpFields.Mutable headers = response.getHeaders();
        for (var header : answer.headers()) {
            headers.add(header.name(), header.value());
        }
        headers.put(REQUEST_ID, requestId);
        if (answer.status() == HttpStatus.NO_CONTENT_204
                || answer.status() == HttpStatus.NOT_MODIFIED_304) {
            headers.remove(HttpHeader.CONTENT_TYPE);
            response.write(true, ByteBuffer.allocate(0), callback);
            return;
        }
        var body = answer.body();
        if (body.length == 0 && HttpMethod.HEAD.is(request.getMethod())) {
            // How long the content of GET would be is not known, and it is not 0 (RFC 9110, 8.6),
            // which Jetty would say of an answer that is written in one piece.
            response.write(
                    false,
                    ByteBuffer.allocate(0),
                    Callback.from(
                            () -> response.write(true, ByteBuffer.allocate(0), callback),
                            callback::failed));
            return;
        }
        if (body.length >= ContentCoding.MINIMUM && !answer.has("Content-Encoding")) {
            headers.ensureField(new HttpField(HttpHeader.VARY, "Accept-Encoding"));
            if (ContentCoding.acceptsGzip(request.getHeaders())) {
                body = ContentCoding.gzip(body);
                headers.put(HttpHeader.CONTENT_ENCODING, "gzip");
            }
        }
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
