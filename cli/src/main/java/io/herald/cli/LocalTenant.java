package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The tenant {@code local}, with a user and a template, so that the first call works as it is. Its
 * key is kept beside the state and stays the same over restarts.
 */
final class LocalTenant {
    private static final String NAME = "local";
    private static final String USER = "/v1/users/ada";
    private static final String TEMPLATE = "/v1/templates/welcome";

    private final Stack stack;
    private final Path keyFile;

    /**
     * @param state the stack's state folder
     */
    LocalTenant(Stack stack, Path state) {
        this.stack = stack;
        this.keyFile = state.resolve("api-key");
    }

    /**
     * Makes what is missing.
     *
     * @return an API key that works
     */
    String ensure() throws IOException, InterruptedException {
        if (Files.exists(keyFile)) {
            var kept = Files.readString(keyFile).strip();
            if (seed(kept)) {
                return kept;
            }
        }
        var made = makeKey();
        keep(made);
        if (!seed(made)) {
            throw CommandException.failed("The key that was just made does not work.");
        }
        return made;
    }

    private String makeKey() throws InterruptedException {
        var administration = new Administration(stack);
        try {
            var exists = administration.tenants().stream().anyMatch(one -> one.name().equals(NAME));
            return exists
                    ? administration.createKey(NAME)
                    : administration.createTenant(NAME).key();
        } catch (Administration.Refused e) {
            throw CommandException.failed("No API key could be made: " + e.getMessage(), e);
        }
    }

    private void keep(String key) throws IOException {
        var ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var fresh = Files.createTempFile(keyFile.getParent(), "api-key", "", ownerOnly);
        Files.writeString(fresh, key + "\n");
        Files.move(fresh, keyFile, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * @return whether the key works
     */
    private boolean seed(String key) throws InterruptedException {
        try (var api = new ApiClient(stack.url(), key)) {
            var user = api.get(USER);
            if (user.status() == 401) {
                return false;
            }
            // The receiver's port is another one after each start.
            var receiver = stack.webhookReceiver().toString();
            if (!user.body().path("webhookUrl").asText().equals(receiver)) {
                api.put(USER, user(receiver)).expectSuccess();
            }
            if (api.get(TEMPLATE).status() == 404) {
                api.put(TEMPLATE, template()).expectSuccess();
            }
            return true;
        }
    }

    private static JsonNode user(String webhookUrl) {
        return Json.object().put("email", "ada@example.com").put("webhookUrl", webhookUrl);
    }

    private static JsonNode template() {
        return Json.read(
                """
                {
                  "email": {
                    "subject": "Welcome, {{name}}",
                    "text": "Hello {{name}},\\n\\nthis came by way of Herald.\\n"
                  },
                  "inbox": {"title": "Welcome, {{name}}", "body": "This came by way of Herald."},
                  "webhook": {"type": "user.welcomed", "body": "Welcome, {{name}}"},
                  "requiredVariables": ["name"]
                }
                """);
    }

    /** A call that works as it is, when pasted into a shell. */
    static String curl(Stack stack, String key) {
        return "curl -sS "
                + stack.url()
                + "/v1/notifications -H 'Authorization: Bearer "
                + key
                + "' -H 'Content-Type: application/json' -d '{\"userId\":\"ada\","
                + "\"channels\":[\"email\",\"inbox\",\"webhook\"],"
                + "\"template\":\"welcome\",\"payload\":{\"name\":\"Ada\"}}'";
    }
}
