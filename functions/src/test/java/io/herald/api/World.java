package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.herald.adapter.libphonenumber.LibPhoneNumbers;
import io.herald.adapter.mustache.MustacheRenderer;
import io.herald.adapter.provider.ConnectionOfSettings;
import io.herald.api.http.Route;
import io.herald.attempt.DecideReceipt;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.category.Category;
import io.herald.contract.QuietLanes;
import io.herald.contract.SettableClock;
import io.herald.intervention.CancelNotification;
import io.herald.intervention.RescheduleNotification;
import io.herald.intervention.ResolveNotification;
import io.herald.job.StartJob;
import io.herald.lambda.ApiHandler;
import io.herald.limit.RateLimit;
import io.herald.limit.RateLimiter;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.receipt.TakeReceipts;
import io.herald.submission.SubmitNotifications;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import io.herald.tenant.Access;
import io.herald.tenant.ApiKey;
import io.herald.tenant.Authenticate;
import io.herald.tenant.IssuedKey;
import io.herald.tenant.KeyId;
import io.herald.tenant.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The API over stores in memory, with two tenants. */
final class World {
    static final JsonMapper JSON = new JsonMapper();
    static final String CALLBACK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T18:00:00Z"));
    final Stores stores = new Stores(clock);
    final TenantId tenant = new TenantId(new UUID(1, 1));
    final TenantId otherTenant = new TenantId(new UUID(2, 2));
    // A seed, so that a failure repeats.
    private final Random random = new Random(7);
    private final NotificationIds ids = new NotificationIds(clock, random);
    final String key = keyOf(tenant, EnumSet.allOf(Scope.class), null);
    final String otherKey = keyOf(otherTenant, EnumSet.allOf(Scope.class), null);
    RateLimiter limiter = (_, _) -> new RateLimiter.Taking.Allowed(9_999, Duration.ofMillis(1));
    final Api api =
            new Api(
                    new Authenticate(stores.keys(), clock),
                    (owner, cost) -> limiter.take(owner, cost),
                    new RateLimit(1_000, 10_000, RateLimit.WithoutCount.OPEN),
                    stores.users(),
                    new LibPhoneNumbers(),
                    stores.templates(),
                    stores.categories(),
                    new MustacheRenderer(),
                    new SubmitNotifications(
                            stores.users(),
                            stores.templates(),
                            stores.categories(),
                            stores.notifications(),
                            stores.keptAnswers(),
                            stores.outbox(),
                            new TakingKafka(),
                            new QuietLanes(),
                            QuietLanes.shares(clock),
                            ids,
                            Duration.ofSeconds(1),
                            Duration.ofDays(84)),
                    new CancelNotification(stores.notifications(), stores.timeline(), clock),
                    new RescheduleNotification(
                            stores.notifications(), stores.timeline(), clock, Duration.ofDays(84)),
                    new ResolveNotification(
                            stores.notifications(),
                            stores.timeline(),
                            clock,
                            Duration.ofMinutes(10)),
                    stores.notifications(),
                    stores.timeline(),
                    stores.userTimeline(),
                    stores.inbox(),
                    stores.deadLetters(),
                    stores.jobs(),
                    new StartJob(stores.jobs(), stores.keptAnswers(), ids, clock),
                    () -> 0);
    final Api callbacks =
            new Api(
                    new ConnectionOfSettings(CALLBACK_SECRET, clock),
                    new TakeReceipts(
                            stores.histories(), stores.timeline(), new DecideReceipt(clock)),
                    () -> 0);
    private final ApiHandler handler = new ApiHandler(api, null, () -> {});
    private final ApiHandler callbackHandler = new ApiHandler(callbacks, null, () -> {});

    /** A key to a tenant. */
    String keyOf(TenantId owner, Set<Scope> scopes, @Nullable Instant expiresAt) {
        var made = ApiKey.make(random);
        stores.memory
                .issuedKeys()
                .add(
                        new IssuedKey(
                                new KeyId(ids.consecutive(1).getFirst().value()),
                                made.hash(),
                                made.hint(),
                                new Access(owner, scopes, expiresAt),
                                clock.instant(),
                                null));
        return made.reveal();
    }

    /** A user whom every channel reaches. */
    User hasUser(TenantId owner, String id) {
        var details =
                new UserDetails(
                        id + "@example.com",
                        null,
                        "https://example.com/hooks",
                        List.of(),
                        null,
                        null,
                        JsonNodeFactory.instance.objectNode());
        return stores.users().put(new UserKey(owner, new UserId(id)), details).user();
    }

    /** A template for every channel. */
    Template hasTemplate(TenantId owner, String templateKey, String... requiredVariables) {
        var content =
                new TemplateContent(
                        new TemplateContent.Email("Subject", "Text", null),
                        new TemplateContent.Webhook(templateKey, null),
                        new TemplateContent.Inbox("Title", null),
                        Set.of(requiredVariables),
                        "transactional");
        var named = new TemplateKey(owner, templateKey);
        var templates = stores.templates();
        int base = templates.current(named).map(Template::version).orElse(Templates.NONE);
        return templates.put(named, content, base).orElseThrow().template();
    }

    void hasCategory(TenantId owner, Category category) {
        stores.categories().put(owner, category);
    }

    /** A notification that was accepted a millisecond after the one before. */
    NotificationId hasNotification(TenantId owner, String userId) {
        clock.advance(Duration.ofMillis(1));
        hasUser(owner, userId);
        hasTemplate(owner, "order-shipped");
        var answer =
                post("/v1/notifications")
                        .key(owner.equals(tenant) ? key : otherKey)
                        .json(
                                """
                                {"userId": "%s", "channels": ["inbox"], "template": "order-shipped",
                                 "payload": {"order": "A-17"}, "metadata": {"cart": "9"}}\
                                """
                                        .formatted(userId))
                        .answer();
        assertThat(answer.status()).isEqualTo(202);
        return NotificationId.parse(answer.body().at("/data/0/id").textValue());
    }

    /** A notification that was accepted for later. */
    NotificationId hasScheduled(TenantId owner, String userId, String scheduledFor) {
        hasUser(owner, userId);
        hasTemplate(owner, "order-shipped");
        var answer =
                post("/v1/notifications")
                        .key(owner.equals(tenant) ? key : otherKey)
                        .json(
                                """
                                {"userId": "%s", "channels": ["inbox"], "template": "order-shipped",
                                 "scheduledFor": "%s"}\
                                """
                                        .formatted(userId, scheduledFor))
                        .answer();
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return NotificationId.parse(answer.body().at("/data/0/id").textValue());
    }

    Request get(String path) {
        return new Request("GET", path);
    }

    Request put(String path) {
        return new Request("PUT", path);
    }

    Request delete(String path) {
        return new Request("DELETE", path);
    }

    Request post(String path) {
        return new Request("POST", path);
    }

    Request request(String method, String path) {
        return new Request(method, path);
    }

    /** Every route of every function. */
    List<Route> routes() {
        return Stream.concat(api.routes().stream(), callbacks.routes().stream()).toList();
    }

    Answer handle(byte[] event) {
        return handle(handler, event);
    }

    private Answer handle(ApiHandler function, byte[] event) {
        var output = new ByteArrayOutputStream();
        try {
            function.handleRequest(
                    new ByteArrayInputStream(event), output, new TestContext("invocation-1"));
            var answer = JSON.readTree(output.toByteArray());
            var headers = new LinkedHashMap<String, String>();
            answer.path("headers")
                    .properties()
                    .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
            return new Answer(
                    answer.path("statusCode").intValue(),
                    headers,
                    answer.path("body").asText(),
                    output.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request to be; carries the first tenant's key unless told otherwise. */
    final class Request {
        private final String method;
        private final String path;
        private final Map<String, List<String>> headers = new LinkedHashMap<>();
        private final Map<String, List<String>> query = new LinkedHashMap<>();
        private @Nullable String resource;
        private final Map<String, String> context = new LinkedHashMap<>();
        private @Nullable String body;
        private boolean base64;

        private Request(String method, String path) {
            this.method = method;
            this.path = path;
            key(key);
        }

        Request key(String apiKey) {
            return header("Authorization", "Bearer " + apiKey);
        }

        Request anonymous() {
            headers.remove("Authorization");
            return this;
        }

        Request header(String name, String... values) {
            headers.put(name, List.of(values));
            return this;
        }

        Request query(String name, String... values) {
            query.put(name, List.of(values));
            return this;
        }

        Request resource(String template) {
            resource = template;
            return this;
        }

        /** As API Gateway tells that the API was reached there. */
        Request at(String address) {
            var url = URI.create(address);
            context.put("path", url.getPath() + path);
            return header("Host", url.getAuthority()).header("X-Forwarded-Proto", url.getScheme());
        }

        Request json(String text) {
            body = text;
            return header("Content-Type", "application/json");
        }

        Request body(String text) {
            body = text;
            return this;
        }

        Request bytes(byte[] bytes) {
            body = Base64.getEncoder().encodeToString(bytes);
            base64 = true;
            return header("Content-Type", "application/json");
        }

        /** The body, as a provider that knows the secret signs it. */
        Request signed() {
            long timestamp = clock.instant().getEpochSecond();
            var signed = body == null ? "" : body;
            try {
                return header("webhook-id", "call-1")
                        .header("webhook-timestamp", String.valueOf(timestamp))
                        .header(
                                "webhook-signature",
                                new Webhook(CALLBACK_SECRET).sign("call-1", timestamp, signed));
            } catch (WebhookSigningException e) {
                throw new IllegalStateException(e);
            }
        }

        Answer answer() {
            var event = JSON.createObjectNode();
            event.put("resource", resource).put("path", path).put("httpMethod", method);
            event.set("headers", null);
            event.set("multiValueHeaders", JSON.valueToTree(headers));
            event.set("multiValueQueryStringParameters", JSON.valueToTree(query));
            var requestContext = event.putObject("requestContext");
            requestContext.put("requestId", "request-1").put("stage", "v1");
            context.forEach(requestContext::put);
            event.put("body", body).put("isBase64Encoded", base64);
            try {
                // Escaped, so that what UTF-8 cannot say gets through as well.
                return handle(
                        path.startsWith("/v1/callbacks/") ? callbackHandler : handler,
                        JSON.writer()
                                .with(JsonWriteFeature.ESCAPE_NON_ASCII)
                                .writeValueAsBytes(event));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * @param size of all that the function answered, in bytes
     */
    record Answer(int status, Map<String, String> headers, String text, int size) {

        JsonNode body() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A problem document, which this must be. */
        Answer isProblem(int expected, String type) {
            assertThat(status).as(text).isEqualTo(expected);
            assertThat(headers).containsEntry("Content-Type", "application/problem+json");
            assertThat(headers).containsEntry("x-request-id", "request-1");
            assertThat(body().path("type").textValue()).isEqualTo("/problems/" + type);
            assertThat(body().path("status").intValue()).isEqualTo(expected);
            assertThat(body().path("title").textValue()).isNotBlank();
            assertThat(body().path("detail").textValue()).isNotBlank();
            assertThat(body().path("requestId").textValue()).isEqualTo("request-1");
            return this;
        }

        /** The pointers and parameters of a 422's errors, in their order. */
        List<String> wrong() {
            isProblem(422, "invalid");
            return wrong(body().path("errors"));
        }

        static List<String> wrong(JsonNode errors) {
            return errors.valueStream()
                    .peek(error -> assertThat(error.path("detail").asText()).isNotBlank())
                    .map(error ->
                            error.has("pointer")
                                    ? error.path("pointer").asText()
                                    : "?" + error.path("parameter").asText())
                    .toList();
        }
    }
}
