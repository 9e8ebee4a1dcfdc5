package io.herald.servers;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The jars of this JVM's class path that the Kafka process needs. Only those: the JVM's archive of
 * loaded classes, which halves Kafka's start, fits one exact class path without folders, and so can
 * be shared by all modules and their tests.
 */
record KafkaClassPath(List<Path> jars) {
    private static final Pattern NEEDED =
            Pattern.compile(
                    "(kafka|scala|jackson-|log4j-|slf4j-api|jose4j|metrics-core|pcollections|hash4j"
                            + "|caffeine|commons-(validator|logging|digester|beanutils|collections)"
                            + "|re2j|zstd-jni|lz4-java|snappy-java|jopt-simple|argparse4j"
                            + "|HdrHistogram|snakeyaml).*\\.jar");

    KafkaClassPath {
        jars = List.copyOf(jars);
    }

    /**
     * Reads it from this JVM's class path.
     *
     * @throws ServerException if Kafka is not there
     */
    static KafkaClassPath current() {
        var jars =
                Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
                        .filter(entry -> entry.endsWith(".jar"))
                        .map(Path::of)
                        .flatMap(KafkaClassPath::withListed)
                        .filter(jar -> NEEDED.matcher(jar.getFileName().toString()).matches())
                        .map(Path::toAbsolutePath)
                        .distinct()
                        .sorted()
                        .toList();
        if (jars.stream().noneMatch(jar -> jar.getFileName().toString().startsWith("kafka_"))) {
            throw new ServerException("The jars of the Kafka server are not on the class path.");
        }
        return new KafkaClassPath(jars);
    }

    /** A jar may stand for a whole class path by listing it in its manifest. */
    private static Stream<Path> withListed(Path jar) {
        return Stream.concat(
                Stream.of(jar),
                listed(jar).stream()
                        .flatMap(list -> Stream.of(list.split(" ")))
                        .filter(entry -> entry.endsWith(".jar"))
                        .map(entry -> Path.of(jar.toUri().resolve(URI.create(entry))))
                        .filter(Files::isRegularFile));
    }

    private static Optional<String> listed(Path jar) {
        try (var file = new JarFile(jar.toFile())) {
            return Optional.ofNullable(file.getManifest())
                    .map(Manifest::getMainAttributes)
                    .map(attributes -> attributes.getValue(Attributes.Name.CLASS_PATH));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** As the java command takes it. */
    String asArgument() {
        return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
    }

    /** Names what the archive of loaded classes depends on: the jars and the JVM. */
    String fingerprint() {
        return Integer.toHexString(
                (asArgument() + System.getProperty("java.vm.version", "")).hashCode());
    }
}
