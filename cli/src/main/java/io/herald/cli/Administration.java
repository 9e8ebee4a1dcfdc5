package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.tenant.Scope;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes and shows tenants and their keys, and dead letters of nobody, through the administration
 * function.
 */
public final class Administration {
    private final Stack stack;

    public Administration(Stack stack) {
        this.stack = stack;
    }

    /**
     * @param webhookSecret signs its webhooks, {@code whsec_...}
     */
    public record Tenant(String id, String name, String webhookSecret) {
        private static Tenant of(JsonNode tenant) {
            return new Tenant(
                    tenant.path("id").asText(),
                    tenant.path("name").asText(),
                    tenant.path("webhookSecret").asText());
        }
    }

    /**
     * @param key its first API key, which is shown this once
     */
    public record NewTenant(Tenant tenant, String key) {}

    /** An error that the function answered. */
    public static final class Refused extends Exception {
        private final String code;

        private Refused(String code, String message) {
            super(message);
            this.code = code;
        }

        /** Such as {@code name_taken}. */
        public String code() {
            return code;
        }
    }

    public NewTenant createTenant(String name) throws Refused, InterruptedException {
        var answer = invoke("createTenant", "name", name);
        return new NewTenant(Tenant.of(answer.path("tenant")), answer.path("key").asText());
    }

    /** By name. */
    public List<Tenant> tenants() throws Refused, InterruptedException {
        var tenants = call(Json.object().put("action", "listTenants")).path("tenants");
        return StreamSupport.stream(tenants.spliterator(), false).map(Tenant::of).toList();
    }

    public Tenant tenant(String name) throws Refused, InterruptedException {
        return Tenant.of(invoke("showTenant", "name", name).path("tenant"));
    }

    /** Makes one more key for a tenant, with every scope, that never expires. */
    public String createKey(String tenant) throws Refused, InterruptedException {
        return invoke("createKey", "name", tenant).path("key").asText();
    }

    /**
     * Makes one more key for a tenant.
     *
     * @param expiresAt null for never
     * @return {@code {"key": ..., "details": {...}, "tenant": {...}}}
     */
    public JsonNode createKey(String tenant, Set<Scope> scopes, @Nullable Instant expiresAt)
            throws Refused, InterruptedException {
        var request = Json.object().put("action", "createKey").put("name", tenant);
        var names = request.putArray("scopes");
        scopes.stream().sorted().map(Scope::text).forEach(names::add);
        if (expiresAt != null) {
            request.put("expiresAt", expiresAt.toString());
        }
        return call(request);
    }

    /** All that is known of a tenant's keys, an object for each, the oldest first. */
    public JsonNode keys(String tenant) throws Refused, InterruptedException {
        return invoke("listKeys", "name", tenant).path("keys");
    }

    /**
     * Revokes a key.
     *
     * @return what is known of it now
     */
    public JsonNode revokeKey(String tenant, String id) throws Refused, InterruptedException {
        return call(Json.object().put("action", "revokeKey").put("name", tenant).put("id", id))
                .path("details");
    }

    /**
     * Dead letters that belong to no tenant, an object for each, the newest first.
     *
     * @param before the id of the last one of the page before; null for the first page
     */
    public JsonNode deadLetters(@Nullable String before) throws Refused, InterruptedException {
        return call(Json.object().put("action", "listDeadLetters").put("before", before))
                .path("deadLetters");
    }

    /**
     * Discards dead letters that belong to no tenant.
     *
     * @param ids at most 100
     * @return how many there were
     */
    public int discardDeadLetters(Collection<String> ids) throws Refused, InterruptedException {
        var request = Json.object().put("action", "discardDeadLetters");
        var array = request.putArray("ids");
        ids.forEach(array::add);
        return call(request).path("discarded").intValue();
    }

    private JsonNode invoke(String action, String field, String value)
            throws Refused, InterruptedException {
        return call(Json.object().put("action", action).put(field, value));
    }

    private JsonNode call(JsonNode request) throws Refused, InterruptedException {
        var answer = Json.read(stack.administration(Json.bytes(request)));
        var error = answer.path("error");
        if (error.isObject()) {
            throw new Refused(error.path("code").asText(), error.path("message").asText());
        }
        return answer;
    }
}
