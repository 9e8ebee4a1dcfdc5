package io.herald.local.isolated;

import io.herald.catalog.FunctionDeclaration;
import io.herald.local.lambda.Environment;
import io.herald.local.lambda.EnvironmentFactory;
import io.herald.servers.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * Makes environments in JVMs of their own: the function's classes under AWS's runtime interface
 * client, with the timeout, the memory and the limits that Lambda gives them. Each is killed at its
 * end and cannot outlive this process.
 *
 * <p>What differs from Lambda: memory is looked at twice a second and after each request, not held
 * by the system; nothing is frozen between requests; there is no snapshot; and processors are not
 * rationed. So that an init has about what it has on Lambda, as many processes start at a time as
 * there are processors, and the others wait their turn.
 */
public final class JvmEnvironments implements EnvironmentFactory {

    private final Path code;
    private final RuntimeClient runtime;
    private final Path temporary;
    private final Path logs;
    private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private JvmEnvironments(Path code, RuntimeClient runtime, Path temporary, Path logs) {
        this.code = code;
        this.runtime = runtime;
        this.temporary = temporary;
        this.logs = logs;
    }

    /**
     * Environments of what is in the zip.
     *
     * @param folder for what is unpacked; nobody else may use it meanwhile
     * @param logs where each function has a file {@code <name>.log} for what it writes
     * @throws MissingPartException if AWS's client has no part for this system
     */
    public static JvmEnvironments of(FunctionsZip zip, Path folder, Path logs) throws IOException {
        return of(zip.unpackedIn(folder.resolve("code")), folder, logs);
    }

    /**
     * Environments of what was unpacked.
     *
     * @param code with the classes, and their jars in lib
     */
    static JvmEnvironments of(Path code, Path folder, Path logs) throws IOException {
        var temporary = folder.resolve("tmp");
        // Of a process that was killed.
        Folders.deleteTree(temporary);
        Files.createDirectories(temporary);
        Files.createDirectories(logs);
        return new JvmEnvironments(code, RuntimeClient.unpackedIn(folder), temporary, logs);
    }

    @Override
    public Environment create(FunctionDeclaration function, Map<String, String> variables) {
        return new JvmEnvironment(
                function,
                new JvmCommand(
                        function, variables, code, runtime, logs.resolve(function.name() + ".log")),
                turns,
                temporary.resolve(UUID.randomUUID().toString()));
    }
}
