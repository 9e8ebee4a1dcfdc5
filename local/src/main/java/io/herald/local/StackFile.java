package io.herald.local;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a running local cloud tells other processes, in the file {@code stack.json} of its state
 * folder; only its owner may read it, since passwords are in it.
 *
 * @param url of the gateway, without a slash at the end
 * @param pid of the process that runs it
 * @param processStart when that process started, so that another with its pid is not taken for it
 * @param mail the folder of its mail, see {@link io.herald.local.outside.Mailbox}
 * @param webhooks the folder of its webhooks, see {@link io.herald.local.outside.WebhookInbox}
 * @param webhookReceiver where webhooks may be sent
 * @param environment what the functions are told
 */
public record StackFile(
        URI url,
        long pid,
        String processStart,
        Path mail,
        Path webhooks,
        URI webhookReceiver,
        Map<String, String> environment) {

    private static final JsonMapper JSON = new JsonMapper();

    public StackFile {
        environment = Map.copyOf(environment);
    }

    /** The local cloud that runs on a state folder; empty if none does. */
    public static Optional<StackFile> find(Path stateFolder) {
        try {
            return read(stateFolder).filter(StackFile::isAlive);
        } catch (IOException e) {
            throw new LocalCloudException("%s cannot be read.".formatted(in(stateFolder)), e);
        }
    }

    static StackFile ofThisProcess(
            URI url, Path mail, Path webhooks, URI receiver, Map<String, String> environment) {
        return new StackFile(
                url,
                ProcessHandle.current().pid(),
                startOf(ProcessHandle.current()),
                mail.toAbsolutePath(),
                webhooks.toAbsolutePath(),
                receiver,
                environment);
    }

    void write(Path stateFolder) throws IOException {
        var unfinished = stateFolder.resolve("stack.json.unfinished");
        Files.deleteIfExists(unfinished);
        // Never readable by others, not even before it is complete.
        Files.createFile(
                unfinished,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        var file =
                JSON.createObjectNode()
                        .put("url", url.toString())
                        .put("pid", pid)
                        .put("processStart", processStart)
                        .put("mail", mail.toString())
                        .put("webhooks", webhooks.toString())
                        .put("webhookReceiver", webhookReceiver.toString());
        file.set("environment", JSON.valueToTree(environment));
        Files.write(unfinished, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file));
        Files.move(
                unfinished,
                in(stateFolder),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    static void remove(Path stateFolder) throws IOException {
        Files.deleteIfExists(in(stateFolder));
    }

    private static Optional<StackFile> read(Path stateFolder) throws IOException {
        JsonNode file;
        try {
            file = JSON.readTree(Files.readAllBytes(in(stateFolder)));
        } catch (NoSuchFileException | JacksonException e) {
            // None, or one that a machine has lost power over.
            return Optional.empty();
        }
        Map<String, String> environment =
                JSON.convertValue(file.path("environment"), new TypeReference<>() {});
        return Optional.of(
                new StackFile(
                        URI.create(file.path("url").asText()),
                        file.path("pid").asLong(),
                        file.path("processStart").asText(),
                        Path.of(file.path("mail").asText()),
                        Path.of(file.path("webhooks").asText()),
                        URI.create(file.path("webhookReceiver").asText()),
                        environment));
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid)
                .filter(process -> startOf(process).equals(processStart))
                .isPresent();
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static Path in(Path stateFolder) {
        return stateFolder.resolve("stack.json");
    }
}
