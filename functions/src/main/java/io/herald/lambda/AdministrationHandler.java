package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.deadletter.DeadLetterId;
import io.herald.deadletter.DeadLetters;
import io.herald.tenant.AdministerTenants;
import io.herald.tenant.ApiKey;
import io.herald.tenant.IssuedKey;
import io.herald.tenant.KeyId;
import io.herald.tenant.Scope;
import io.herald.tenant.Tenant;
import io.herald.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The administration function. Takes {@code {"action": "createTenant" | "listTenants" |
 * "showTenant" | "createKey" | "listKeys" | "revokeKey", "name": ...}}, where the name is the
 * tenant's; answers {@code {"error": {"code", "message"}}} where it cannot. To make a key it also
 * takes {@code "scopes"}, all when left out, and {@code "expiresAt"} in RFC 3339, never when left
 * out; to revoke one, its {@code "id"}. Of dead letters, {@code "listDeadLetters"} lists those that
 * belong to no tenant, after the one that {@code "before"} names, and {@code "discardDeadLetters"}
 * discards those of {@code "ids"}.
 */
public final class AdministrationHandler implements RequestStreamHandler, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_DEAD_LETTERS = 100;

    private final Wiring wiring;
    private final AdministerTenants tenants;
    private final DeadLetters deadLetters;

    public AdministrationHandler() {
        this(System.getenv());
    }

    public AdministrationHandler(Map<String, String> environment) {
        this.wiring = new Wiring(environment);
        this.tenants = wiring.administerTenants();
        this.deadLetters = wiring.deadLetters();
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context)
            throws IOException {
        JSON.writeValue(output, answer(JSON.readTree(input)));
    }

    private ObjectNode answer(JsonNode request) {
        return switch (request.path("action").asText()) {
            case "createTenant" -> create(request.path("name").asText());
            case "listTenants" -> {
                var answer = JSON.createObjectNode();
                var list = answer.putArray("tenants");
                tenants.list().forEach(tenant -> list.add(encode(tenant)));
                yield answer;
            }
            case "showTenant" ->
                    onTenant(
                            request,
                            tenant -> JSON.createObjectNode().set("tenant", encode(tenant)));
            case "createKey" -> onTenant(request, tenant -> createKey(tenant, request));
            case "listKeys" ->
                    onTenant(
                            request,
                            tenant -> {
                                var answer = JSON.createObjectNode();
                                var list = answer.putArray("keys");
                                tenants.keys(tenant).forEach(key -> list.add(encode(key)));
                                return answer;
                            });
            case "revokeKey" ->
                    onTenant(
                            request,
                            tenant ->
                                    KeyId.parse(request.path("id").asText())
                                            .flatMap(id -> tenants.revoke(tenant, id))
                                            .map(AdministrationHandler::describe)
                                            .orElseGet(() ->
                                                    error(
                                                            "no_such_key",
                                                            "the tenant has no key with this id")));
            case "listDeadLetters" -> listDeadLetters(request);
            case "discardDeadLetters" -> discardDeadLetters(request);
            default ->
                    error(
                            "unknown_action",
                            "action is one of createTenant, listTenants, showTenant, createKey,"
                                    + " listKeys, revokeKey, listDeadLetters, discardDeadLetters");
        };
    }

    private ObjectNode listDeadLetters(JsonNode request) {
        DeadLetterId before = null;
        if (request.hasNonNull("before")) {
            var known = deadLetterId(request.path("before"));
            if (known.isEmpty()) {
                return error("invalid_id", "before is the id of a dead letter");
            }
            before = known.get();
        }
        var answer = JSON.createObjectNode();
        var list = answer.putArray("deadLetters");
        for (var record : deadLetters.ofNobody(before, MOST_DEAD_LETTERS)) {
            list.addObject()
                    .put("id", record.id().toString())
                    .put("topic", record.topic())
                    .put("partition", record.partition())
                    .put("offset", record.offset())
                    .put("size", record.size())
                    .put("cause", record.cause())
                    .put("at", record.at().toString());
        }
        return answer;
    }

    private ObjectNode discardDeadLetters(JsonNode request) {
        var ids = new ArrayList<DeadLetterId>();
        for (var text : request.path("ids")) {
            var id = deadLetterId(text);
            if (id.isEmpty() || ids.size() == MOST_DEAD_LETTERS) {
                return error(
                        "invalid_id",
                        "ids are at most %d of dead letters".formatted(MOST_DEAD_LETTERS));
            }
            ids.add(id.get());
        }
        return JSON.createObjectNode().put("discarded", deadLetters.discardOfNobody(ids));
    }

    private static Optional<DeadLetterId> deadLetterId(JsonNode text) {
        try {
            return Optional.of(DeadLetterId.parse(text.asText()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private ObjectNode onTenant(JsonNode request, Function<Tenant, ObjectNode> action) {
        return tenants.find(request.path("name").asText())
                .map(action)
                .orElseGet(() -> error("no_such_tenant", "no tenant has this name"));
    }

    private ObjectNode createKey(Tenant tenant, JsonNode request) {
        var scopes = EnumSet.noneOf(Scope.class);
        for (var name : request.path("scopes")) {
            var scope = Scope.ofText(name.asText());
            if (scope.isEmpty()) {
                return error("invalid_scopes", "the scopes are send, read and manage");
            }
            scopes.add(scope.get());
        }
        if (!request.has("scopes")) {
            scopes.addAll(EnumSet.allOf(Scope.class));
        }
        if (scopes.isEmpty()) {
            return error("invalid_scopes", "a key has one scope at least");
        }
        Instant expiresAt = null;
        if (request.hasNonNull("expiresAt")) {
            try {
                expiresAt = OffsetDateTime.parse(request.path("expiresAt").asText()).toInstant();
            } catch (DateTimeParseException _) {
                return error("invalid_expiry", "expiresAt is a time in RFC 3339");
            }
        }
        return tenants.addKey(tenant, scopes, expiresAt)
                .map(made ->
                        describe(made.issued())
                                .put("key", made.key().reveal())
                                .<ObjectNode>set("tenant", encode(tenant)))
                .orElseGet(() -> error("invalid_expiry", "the key would have expired already"));
    }

    private ObjectNode create(String name) {
        if (!AdministerTenants.isValidName(name)) {
            return error(
                    "invalid_name",
                    "a tenant's name has 1 to 64 lower-case letters, digits and hyphens");
        }
        return tenants.create(name)
                .map(made -> created(made.tenant(), made.key()))
                .orElseGet(() -> error("name_taken", "a tenant of this name exists"));
    }

    private static ObjectNode created(Tenant tenant, ApiKey key) {
        var answer = JSON.createObjectNode();
        answer.set("tenant", encode(tenant));
        return answer.put("key", key.reveal());
    }

    private static ObjectNode encode(Tenant tenant) {
        return JSON.createObjectNode()
                .put("id", tenant.id().toString())
                .put("name", tenant.name())
                .put("webhookSecret", tenant.webhookSecret());
    }

    private static ObjectNode describe(IssuedKey key) {
        return JSON.createObjectNode().set("details", encode(key));
    }

    private static ObjectNode encode(IssuedKey key) {
        var access = key.access();
        var json = JSON.createObjectNode().put("id", key.id().toString()).put("hint", key.hint());
        var scopes = json.putArray("scopes");
        access.scopes().stream().sorted().map(Scope::text).forEach(scopes::add);
        return json.put("createdAt", key.createdAt().toString())
                .put("expiresAt", text(access.expiresAt()))
                .put("revokedAt", text(key.revokedAt()));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static ObjectNode error(String code, String message) {
        var answer = JSON.createObjectNode();
        answer.putObject("error").put("code", code).put("message", message);
        return answer;
    }

    @Override
    public void close() {
        wiring.close();
    }
}
