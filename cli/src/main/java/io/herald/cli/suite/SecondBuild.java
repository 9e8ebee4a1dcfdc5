package io.herald.cli.suite;

import io.herald.cli.CommandException;
import io.herald.cli.Folders;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Builds the functions once more, from a copy of the source in another folder and in another time
 * zone, to see whether the zip is the same byte for byte.
 */
public final class SecondBuild {
    private static final Path ZIP = Path.of("functions/target/herald-functions.zip");

    /** What is no source. */
    private static final Set<String> LEFT_OUT =
            Set.of("target", ".git", ".herald", "node_modules", "cdk.out");

    private final Path root;
    private final Path copy;
    private final Path log;

    /**
     * @param root the source, built before
     * @param copy a folder that is made, and removed in the end
     */
    public SecondBuild(Path root, Path copy, Path log) {
        this.root = root;
        this.copy = copy;
        this.log = log;
    }

    /**
     * @return where the two differ; empty when they do not
     * @throws CommandException when the second build fails
     */
    public String difference(Consumer<String> progress) throws IOException, InterruptedException {
        progress.accept("Building the zip a second time");
        Folders.remove(copy);
        try {
            copySource();
            var maven =
                    new MavenRun(
                            copy,
                            log,
                            List.of(
                                    "package",
                                    "-pl",
                                    "functions",
                                    "-am",
                                    "-Dmaven.test.skip=true",
                                    "-Dspotless.check.skip=true"));
            maven.inTimeZone("Pacific/Chatham");
            if (!maven.run(state -> progress.accept("Building the zip a second time: " + state))) {
                throw CommandException.failed(
                        "The second build of the zip failed:\n"
                                + String.join("\n", maven.errors())
                                + "\nThe whole log: "
                                + log);
            }
            var first = root.resolve(ZIP);
            var at = Files.mismatch(first, copy.resolve(ZIP));
            return at < 0
                    ? ""
                    : "Two builds of "
                            + ZIP
                            + " from the same source differ at byte "
                            + at
                            + " ("
                            + Files.size(first)
                            + " and "
                            + Files.size(copy.resolve(ZIP))
                            + " bytes).";
        } finally {
            Folders.remove(copy);
        }
    }

    private void copySource() throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        if (LEFT_OUT.contains(String.valueOf(folder.getFileName()))) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        Files.createDirectories(copy.resolve(root.relativize(folder)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile()
                                && !".git".equals(file.getFileName().toString())) {
                            Files.copy(file, copy.resolve(root.relativize(file)));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
