package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** PLACEHOLDER until local is there. */
final class RunningStack implements Stack {
    private final JsonNode file;

    private RunningStack(JsonNode file) {
        this.file = file;
    }

    static Optional<Stack> find(Path state) {
        return Optional.empty();
    }

    @Override
    public URI url() {
        return URI.create(file.path("url").asText());
    }

    @Override
    public Path mailFolder() {
        return Path.of(file.path("mail").asText());
    }

    @Override
    public Path webhookFolder() {
        return Path.of(file.path("webhooks").asText());
    }

    @Override
    public URI webhookReceiver() {
        return URI.create(file.path("webhookReceiver").asText());
    }

    @Override
    public byte[] administration(byte[] request) {
        return new byte[0];
    }

    @Override
    public void close() {}
}
