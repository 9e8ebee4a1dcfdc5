package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.tenant.AdministerTenants;
import io.herald.tenant.ApiKey;
import io.herald.tenant.Tenant;
import io.herald.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * The administration function. Takes {@code {"action": "createTenant" | "listTenants" |
 * "showTenant" | "createKey", "name": ...}}; answers {@code {"error": {"code", "message"}}} where
 * it cannot.
 */
public final class AdministrationHandler implements RequestStreamHandler, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Wiring wiring;
    private final AdministerTenants tenants;

    public AdministrationHandler() {
        this(System.getenv());
    }

    public AdministrationHandler(Map<String, String> environment) {
        this.wiring = new Wiring(environment);
        this.tenants = wiring.administerTenants();
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
                    tenants.find(request.path("name").asText())
                            .map(tenant ->
                                    JSON.createObjectNode()
                                            .<ObjectNode>set("tenant", encode(tenant)))
                            .orElseGet(AdministrationHandler::noSuchTenant);
            case "createKey" ->
                    tenants.find(request.path("name").asText())
                            .map(tenant -> created(tenant, tenants.addKey(tenant)))
                            .orElseGet(AdministrationHandler::noSuchTenant);
            default ->
                    error(
                            "unknown_action",
                            "action is one of createTenant, listTenants, showTenant, createKey");
        };
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

    private static ObjectNode noSuchTenant() {
        return error("no_such_tenant", "no tenant has this name");
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
