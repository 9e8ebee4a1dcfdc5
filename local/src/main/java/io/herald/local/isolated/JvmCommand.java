package io.herald.local.isolated;

import io.herald.catalog.FunctionDeclaration;
import io.herald.servers.TiedProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the JVM of a function is started: as Lambda starts it for java25 with SnapStart, and with
 * nothing of this process's own environment.
 *
 * @param code the unpacked zip
 * @param runtime what the runtime brings itself
 * @param log takes both outputs
 */
record JvmCommand(
        FunctionDeclaration function,
        Map<String, String> variables,
        Path code,
        RuntimeClient runtime,
        Path log) {

    /** Of the function's memory; the rest is for what a JVM needs beside its heap. */
    private static final double HEAP_SHARE = 0.85;

    private static final Logger LOG = LoggerFactory.getLogger(JvmCommand.class);

    private static final String CLIENT =
            "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    /**
     * @param temporary is made, for what a process of Lambda writes to its /tmp
     */
    ProcessBuilder prepare(Path temporary) throws IOException {
        Files.createDirectories(temporary);
        TiedProcess.keepLogSmall(log);
        var builder =
                new ProcessBuilder(command(temporary))
                        // The client loads the function's classes from here, and its jars from lib.
                        .directory(code.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        var environment = builder.environment();
        environment.clear();
        environment.putAll(variables);
        environment.putAll(reserved());
        return builder;
    }

    /** Adds a line to the log, such as how a process ended that can't say it any more. */
    void note(String line) {
        try {
            Files.writeString(
                    log,
                    Instant.now() + " " + line + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("{} cannot be written", log, e);
        }
    }

    private List<String> command(Path temporary) {
        var heap = Math.round(function.memoryMegabytes() * 1_024 * HEAP_SHARE);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:MaxHeapSize=%dk".formatted(heap),
                "-XX:+UseSerialGC",
                // Or an environment whose background threads have died of it would go on.
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.net.preferIPv4Stack=true",
                "-Djava.io.tmpdir=" + temporary,
                "-D" + RuntimeClient.NATIVE_PART_PROPERTY + "=" + runtime.nativePart(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                String.join(
                        File.pathSeparator, runtime.jars().stream().map(Path::toString).toList()),
                CLIENT,
                function.handler());
    }

    /** The reserved variables of "Defined runtime environment variables", as far as they apply. */
    private Map<String, String> reserved() {
        return Map.ofEntries(
                Map.entry("AWS_EXECUTION_ENV", "AWS_Lambda_java25"),
                Map.entry("AWS_REGION", "local"),
                Map.entry("AWS_DEFAULT_REGION", "local"),
                Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name()),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "[$LATEST]" + UUID.randomUUID()),
                Map.entry("LAMBDA_TASK_ROOT", code.toString()),
                Map.entry("LAMBDA_RUNTIME_DIR", "/var/runtime"),
                Map.entry("LANG", "en_US.UTF-8"),
                Map.entry("PATH", "/usr/local/bin:/usr/bin:/bin"),
                Map.entry("TZ", "UTC"));
    }
}
