package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;

/** Makes and shows tenants, through the administration function. */
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

    /** Makes one more key for a tenant. */
    public String createKey(String tenant) throws Refused, InterruptedException {
        return invoke("createKey", "name", tenant).path("key").asText();
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
