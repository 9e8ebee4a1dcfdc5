package io.herald.local.isolated;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * AWS's runtime interface client for Java, which on Lambda is part of the runtime and not of the
 * zip.
 *
 * @param jars the client and what it needs, of this process's class path
 * @param nativePart the library that it makes its calls with
 */
record RuntimeClient(List<Path> jars, Path nativePart) {

    /**
     * Names the unpacked library. Without it each process would unpack it to one and the same file
     * in /tmp, over the one that others run from.
     */
    static final String NATIVE_PART_PROPERTY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    /** One class of each jar. */
    private static final List<String> CLASSES =
            List.of(
                    "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                    "com.amazonaws.services.lambda.runtime.Context",
                    "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
                    "software.amazon.awssdk.utilslite.SdkInternalThreadLocal");

    private static final Map<String, String> NATIVE_PARTS =
            Map.of(
                    "amd64", "/jni/libaws-lambda-jni.linux-x86_64.so",
                    "aarch64", "/jni/libaws-lambda-jni.linux-aarch_64.so");

    RuntimeClient {
        jars = List.copyOf(jars);
    }

    /**
     * Finds it on this process's class path.
     *
     * @param folder where its native part is put
     * @throws MissingPartException if there is none for this system
     */
    static RuntimeClient unpackedIn(Path folder) throws IOException {
        var resource =
                Optional.of(System.getProperty("os.name"))
                        .filter("Linux"::equals)
                        .map(_ -> NATIVE_PARTS.get(System.getProperty("os.arch")))
                        .orElseThrow(() ->
                                new MissingPartException(
                                        "Functions in JVMs of their own need Linux on x86-64 or"
                                                + " ARM: AWS's runtime interface client has no"
                                                + " native part for another system."));
        return new RuntimeClient(
                CLASSES.stream().map(RuntimeClient::jarOf).toList(),
                unpack(resource, folder.resolve("runtime-interface-client.so")));
    }

    private static Path unpack(String resource, Path target) throws IOException {
        try (var content = RuntimeClient.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new MissingPartException("There is no %s in its jar.".formatted(resource));
            }
            // Renamed, as a process of a stack that was killed may still be ending on the old one.
            var fresh = target.resolveSibling(target.getFileName() + ".new");
            Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
            return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Path jarOf(String className) {
        try {
            // Not initialised: it is another process that runs it.
            var type = Class.forName(className, false, RuntimeClient.class.getClassLoader());
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new MissingPartException(
                    "AWS's runtime interface client is not complete: no %s.".formatted(className),
                    e);
        }
    }
}
