package io.herald.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Field by field against the sample under "Input format of a Lambda function for proxy integration"
 * in the API Gateway developer guide.
 */
class ProxyEventTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpFields.Mutable headers =
            HttpFields.build().add("Host", "api.example.com:8080");

    @Test
    void has_the_fields_that_the_documented_sample_has() throws Exception {
        var event = event("GET", "/my/path", "parameter1=value1");
        assertThat(names(event))
                .containsExactlyInAnyOrder(
                        "resource",
                        "path",
                        "httpMethod",
                        "headers",
                        "multiValueHeaders",
                        "queryStringParameters",
                        "multiValueQueryStringParameters",
                        "requestContext",
                        "pathParameters",
                        "stageVariables",
                        "body",
                        "isBase64Encoded");
        assertThat(names(event.get("requestContext")))
                .containsExactlyInAnyOrder(
                        "accountId",
                        "apiId",
                        "domainName",
                        "domainPrefix",
                        "extendedRequestId",
                        "httpMethod",
                        "identity",
                        "path",
                        "protocol",
                        "requestId",
                        "requestTime",
                        "requestTimeEpoch",
                        "resourceId",
                        "resourcePath",
                        "stage");
        assertThat(names(event.at("/requestContext/identity")))
                .containsExactlyInAnyOrder(
                        "accessKey",
                        "accountId",
                        "caller",
                        "cognitoAuthenticationProvider",
                        "cognitoAuthenticationType",
                        "cognitoIdentityId",
                        "cognitoIdentityPoolId",
                        "principalOrgId",
                        "sourceIp",
                        "user",
                        "userAgent",
                        "userArn");
    }

    @Test
    void says_which_request_it_was() throws Exception {
        headers.add("User-Agent", "curl/8");
        var event = event("PUT", "/v1/users/a%2Fb", null);
        assertThat(event.get("resource").asText()).isEqualTo("/v1/users/{userId}");
        assertThat(event.get("path").asText()).isEqualTo("/v1/users/a%2Fb");
        assertThat(event.get("httpMethod").asText()).isEqualTo("PUT");
        assertThat(event.at("/pathParameters/userId").asText()).isEqualTo("a/b");
        assertThat(event.get("stageVariables").isNull()).isTrue();
        var context = event.get("requestContext");
        assertThat(context.get("requestTime").asText()).isEqualTo("04/Mar/2020:19:15:17 +0000");
        assertThat(context.get("requestTimeEpoch").asLong()).isEqualTo(1_583_349_317_135L);
        assertThat(context.get("requestId").asText()).isEqualTo("request-1");
        assertThat(context.get("resourcePath").asText()).isEqualTo("/v1/users/{userId}");
        assertThat(context.get("path").asText()).isEqualTo("/v1/users/a%2Fb");
        assertThat(context.get("protocol").asText()).isEqualTo("HTTP/1.1");
        assertThat(context.get("domainName").asText()).isEqualTo("api.example.com");
        assertThat(context.get("domainPrefix").asText()).isEqualTo("api");
        assertThat(context.at("/identity/sourceIp").asText()).isEqualTo("192.0.2.1");
        assertThat(context.at("/identity/userAgent").asText()).isEqualTo("curl/8");
    }

    @Test
    void keeps_every_value_of_a_header_and_the_last_one_alone() throws Exception {
        headers.add("X-Color", "red").add("x-color", "blue").add("Connection", "close");
        var event = event("GET", "/", null);
        assertThat(event.at("/headers/X-Color").asText()).isEqualTo("blue");
        assertThat(texts(event.at("/multiValueHeaders/X-Color"))).containsExactly("red", "blue");
        assertThat(event.at("/headers/Host").asText()).isEqualTo("api.example.com:8080");
        assertThat(event.get("headers").has("Connection")).isFalse();
    }

    @Test
    void says_where_the_request_came_from() throws Exception {
        headers.add("X-Forwarded-For", "203.0.113.9");
        var event = event("GET", "/", null);
        assertThat(event.at("/headers/X-Forwarded-For").asText())
                .isEqualTo("203.0.113.9, 192.0.2.1");
        assertThat(event.at("/headers/X-Forwarded-Port").asText()).isEqualTo("8080");
        assertThat(event.at("/headers/X-Forwarded-Proto").asText()).isEqualTo("http");
        assertThat(event.at("/headers/X-Amzn-Trace-Id").asText())
                .matches("Root=1-5e5ffe45-[0-9a-f]{24}");
    }

    @Test
    void decodes_query_parameters_once_and_keeps_every_value() throws Exception {
        var event = event("GET", "/", "a=1&a=2%2541&b=x+y&c&%C3%A9=%F0%9F%98%80&;d=e=f");
        assertThat(event.at("/queryStringParameters/a").asText()).isEqualTo("2%41");
        assertThat(texts(event.at("/multiValueQueryStringParameters/a")))
                .containsExactly("1", "2%41");
        assertThat(event.at("/queryStringParameters/b").asText()).isEqualTo("x y");
        assertThat(event.at("/queryStringParameters/c").asText()).isEmpty();
        assertThat(event.at("/queryStringParameters/é").asText()).isEqualTo("😀");
        assertThat(event.at("/queryStringParameters/d").asText()).isEqualTo("e=f");
    }

    @Test
    void parameters_are_null_when_there_are_none() throws Exception {
        var event = event("GET", "/", null);
        for (var name :
                List.of(
                        "queryStringParameters",
                        "multiValueQueryStringParameters",
                        "pathParameters",
                        "body")) {
            assertThat(event.get(name).isNull()).as(name).isTrue();
        }
    }

    @Test
    void a_query_that_cannot_be_decoded_is_refused() {
        assertThatThrownBy(() -> event("GET", "/", "a=%ZZ"))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
    }

    @Test
    void a_textual_body_is_a_string() throws Exception {
        for (var type :
                List.of(
                        "application/json",
                        "application/merge-patch+json; charset=utf-8",
                        "TEXT/plain",
                        "application/x-www-form-urlencoded")) {
            headers.put("Content-Type", type);
            var event = event("{\"name\":\"Zoë\"}".getBytes(UTF_8));
            assertThat(event.get("body").asText()).as(type).isEqualTo("{\"name\":\"Zoë\"}");
            assertThat(event.get("isBase64Encoded").asBoolean()).as(type).isFalse();
        }
    }

    @Test
    void a_binary_body_and_text_that_is_not_utf_8_are_base64() throws Exception {
        headers.put("Content-Type", "application/octet-stream");
        assertIsBase64(event("abc".getBytes(UTF_8)), "abc".getBytes(UTF_8));
        headers.put("Content-Type", "application/json");
        assertIsBase64(
                event(new byte[] {'"', (byte) 0xff, '"'}), new byte[] {'"', (byte) 0xff, '"'});
    }

    private static void assertIsBase64(JsonNode event, byte[] body) {
        assertThat(event.get("isBase64Encoded").asBoolean()).isTrue();
        assertThat(Base64.getDecoder().decode(event.get("body").asText())).isEqualTo(body);
    }

    private JsonNode event(String method, String path, @Nullable String query) throws Exception {
        return event(method, path, query, new byte[0]);
    }

    private JsonNode event(byte[] body) throws Exception {
        return event("POST", "/v1/notifications", null, body);
    }

    private JsonNode event(String method, String path, @Nullable String query, byte[] body)
            throws Exception {
        var request =
                new ProxyRequest(
                        "request-1",
                        Instant.ofEpochMilli(1_583_349_317_135L),
                        method,
                        path,
                        query,
                        headers,
                        body,
                        "192.0.2.1",
                        8080,
                        "api.example.com",
                        "HTTP/1.1");
        var match =
                path.equals("/")
                        ? new ApiResources.Match("/", Map.of())
                        : ApiResourcesTest.sample().match(method, path);
        return JSON.readTree(ProxyEvent.toJson(request, match));
    }

    private static Set<String> names(JsonNode node) {
        var names = new TreeSet<String>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
