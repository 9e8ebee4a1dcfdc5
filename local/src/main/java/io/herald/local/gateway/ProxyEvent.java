package io.herald.local.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The event of a Lambda proxy integration of a REST API, payload format 1.0, as documented under
 * "Input format of a Lambda function for proxy integration". As in the cloud {@code path} stays
 * percent-encoded while path and query parameters are decoded once; of a header or parameter that
 * comes several times the single-valued maps hold the last value; the maps of parameters are null
 * when there are none.
 *
 * <p>Binary bodies: API Gateway passes a body as base64 when its content type is among the API's
 * binary media types, and otherwise as text, in which bytes that are not UTF-8 are lost. Here a
 * body is text when its content type is textual (or missing) and its bytes are valid UTF-8, and
 * base64 otherwise, so nothing is ever lost. For the JSON that the API takes both come to the same.
 */
final class ProxyEvent {

    private static final JsonMapper JSON = new JsonMapper();
    private static final DateTimeFormatter REQUEST_TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
    // They belong to the connection to the gateway, or speak of a body that it has decoded.
    private static final Set<HttpHeader> NOT_PASSED_ON =
            Set.of(
                    HttpHeader.CONNECTION,
                    HttpHeader.CONTENT_ENCODING,
                    HttpHeader.CONTENT_LENGTH,
                    HttpHeader.EXPECT,
                    HttpHeader.HTTP2_SETTINGS,
                    HttpHeader.KEEP_ALIVE,
                    HttpHeader.TE,
                    HttpHeader.TRAILER,
                    HttpHeader.TRANSFER_ENCODING,
                    HttpHeader.UPGRADE);

    private ProxyEvent() {}

    /**
     * Writes the event.
     *
     * @throws Refusal 400 if the query cannot be decoded
     */
    static byte[] toJson(ProxyRequest request, ApiResources.Match match) throws Refusal {
        var query = queryParameters(request.query());
        var headers = headers(request);
        var bytes = new ByteArrayOutputStream(2_048 + request.body().length * 5 / 4);
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("resource", match.resource());
            json.writeStringField("path", request.path());
            json.writeStringField("httpMethod", request.method());
            writeLast(json, "headers", headers);
            writeAll(json, "multiValueHeaders", headers);
            writeLast(json, "queryStringParameters", query);
            writeAll(json, "multiValueQueryStringParameters", query);
            writePathParameters(json, match.parameters());
            json.writeNullField("stageVariables");
            writeContext(json, request, match.resource());
            writeBody(json, request);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeContext(JsonGenerator json, ProxyRequest request, String resource)
            throws IOException {
        json.writeObjectFieldStart("requestContext");
        json.writeStringField("accountId", "000000000000");
        json.writeStringField("apiId", "local");
        json.writeStringField("domainName", request.host());
        json.writeStringField("domainPrefix", request.host().split("\\.", 2)[0]);
        json.writeStringField("extendedRequestId", extendedRequestId(request));
        json.writeStringField("httpMethod", request.method());
        writeIdentity(json, request);
        json.writeStringField("path", request.path());
        json.writeStringField("protocol", request.protocol());
        json.writeStringField("requestId", request.requestId());
        json.writeStringField("requestTime", REQUEST_TIME.format(request.receivedAt()));
        json.writeNumberField("requestTimeEpoch", request.receivedAt().toEpochMilli());
        json.writeStringField("resourceId", Integer.toHexString(resource.hashCode()));
        json.writeStringField("resourcePath", resource);
        json.writeStringField("stage", "local");
        json.writeEndObject();
    }

    private static void writeIdentity(JsonGenerator json, ProxyRequest request) throws IOException {
        json.writeObjectFieldStart("identity");
        for (var unknown :
                List.of(
                        "accessKey",
                        "accountId",
                        "caller",
                        "cognitoAuthenticationProvider",
                        "cognitoAuthenticationType",
                        "cognitoIdentityId",
                        "cognitoIdentityPoolId",
                        "principalOrgId",
                        "user",
                        "userArn")) {
            json.writeNullField(unknown);
        }
        json.writeStringField("sourceIp", request.sourceAddress());
        json.writeStringField("userAgent", request.headers().get(HttpHeader.USER_AGENT));
        json.writeEndObject();
    }

    /** The id that the cloud returns in {@code x-amz-apigw-id}; here made from the request id. */
    static String extendedRequestId(ProxyRequest request) {
        var hash = ByteBuffer.allocate(Long.BYTES).putLong(request.requestId().hashCode()).array();
        return Base64.getEncoder().encodeToString(hash);
    }

    private static Map<String, List<String>> headers(ProxyRequest request) {
        // API Gateway compares names without case, and keeps the case that was sent first.
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        for (HttpField field : request.headers()) {
            var header = field.getHeader();
            if (!field.getName().startsWith(":")
                    && (header == null || !NOT_PASSED_ON.contains(header))) {
                var value = field.getValue() == null ? "" : field.getValue();
                headers.computeIfAbsent(field.getName(), _ -> new ArrayList<>()).add(value);
            }
        }
        headers.computeIfAbsent("Host", _ -> List.of(request.host() + ":" + request.port()));
        headers.computeIfAbsent("X-Amzn-Trace-Id", _ -> List.of(traceId(request)));
        var forwarded = headers.get("X-Forwarded-For");
        headers.put(
                "X-Forwarded-For",
                List.of(
                        forwarded == null
                                ? request.sourceAddress()
                                : String.join(", ", forwarded) + ", " + request.sourceAddress()));
        headers.put("X-Forwarded-Port", List.of(Integer.toString(request.port())));
        headers.put("X-Forwarded-Proto", List.of("http"));
        return headers;
    }

    private static String traceId(ProxyRequest request) {
        var random = ThreadLocalRandom.current();
        return "Root=1-%08x-%08x%016x"
                .formatted(
                        request.receivedAt().getEpochSecond(), random.nextInt(), random.nextLong());
    }

    private static Map<String, List<String>> queryParameters(@Nullable String query)
            throws Refusal {
        var parameters = new LinkedHashMap<String, List<String>>();
        if (query == null) {
            return parameters;
        }
        // A semicolon separates too: REST APIs split there.
        for (var pair : query.split("[&;]", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            var equals = pair.indexOf('=');
            var name = PercentEncoding.decodeQuery(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : PercentEncoding.decodeQuery(pair.substring(equals + 1));
            parameters.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
        return parameters;
    }

    private static void writePathParameters(JsonGenerator json, Map<String, String> parameters)
            throws IOException {
        if (parameters.isEmpty()) {
            json.writeNullField("pathParameters");
            return;
        }
        json.writeObjectFieldStart("pathParameters");
        for (var parameter : parameters.entrySet()) {
            json.writeStringField(parameter.getKey(), parameter.getValue());
        }
        json.writeEndObject();
    }

    private static void writeLast(JsonGenerator json, String field, Map<String, List<String>> map)
            throws IOException {
        if (map.isEmpty()) {
            json.writeNullField(field);
            return;
        }
        json.writeObjectFieldStart(field);
        for (var entry : map.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue().getLast());
        }
        json.writeEndObject();
    }

    private static void writeAll(JsonGenerator json, String field, Map<String, List<String>> map)
            throws IOException {
        if (map.isEmpty()) {
            json.writeNullField(field);
            return;
        }
        json.writeObjectFieldStart(field);
        for (var entry : map.entrySet()) {
            json.writeArrayFieldStart(entry.getKey());
            for (var value : entry.getValue()) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeBody(JsonGenerator json, ProxyRequest request) throws IOException {
        var body = request.body();
        if (body.length == 0) {
            json.writeNullField("body");
            json.writeBooleanField("isBase64Encoded", false);
            return;
        }
        var text = isTextual(request.headers().get(HttpHeader.CONTENT_TYPE)) ? text(body) : null;
        json.writeStringField(
                "body", text != null ? text : Base64.getEncoder().encodeToString(body));
        json.writeBooleanField("isBase64Encoded", text == null);
    }

    private static @Nullable String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isTextual(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        var type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/")
                || type.endsWith("+json")
                || type.endsWith("+xml")
                || Set.of(
                                "application/json",
                                "application/xml",
                                "application/javascript",
                                "application/x-www-form-urlencoded",
                                "application/x-ndjson")
                        .contains(type);
    }
}
