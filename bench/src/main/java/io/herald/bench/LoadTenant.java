package io.herald.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.herald.local.LocalCloud;
import io.herald.local.lambda.InvocationResult;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/**
 * Who the load belongs to.
 *
 * @param key an API key that may do everything
 */
public record LoadTenant(UUID id, String key) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = 5;

    /**
     * Makes one.
     *
     * @throws BenchException when that fails
     */
    public static LoadTenant in(LocalCloud cloud, String name) throws InterruptedException {
        awaitAdministration(cloud);
        try {
            var request = JSON.writeValueAsBytes(Map.of("action", "createTenant", "name", name));
            if (cloud.invoke("administration", request)
                    instanceof InvocationResult.Answered(var payload)) {
                var answer = JSON.readTree(payload);
                return new LoadTenant(
                        UUID.fromString(answer.path("tenant").path("id").asText()),
                        answer.path("key").asText());
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new BenchException("No tenant could be made.", e);
        }
        throw new BenchException("No tenant could be made.");
    }

    /** A function that has only just started may take longer than it waits for Postgres. */
    private static void awaitAdministration(LocalCloud cloud) throws InterruptedException {
        var harmless = "{\"action\":\"listTenants\"}".getBytes(UTF_8);
        for (int tries = 0; tries < TRIES; tries++) {
            if (cloud.invoke("administration", harmless) instanceof InvocationResult.Answered) {
                return;
            }
        }
    }
}
