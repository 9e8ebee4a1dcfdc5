package io.herald.servers;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** What the standard library does not do to folders. */
public final class Folders {
    private Folders() {}

    /**
     * Makes a folder that others can enter, under a name that no other process uses, and deletes
     * those of the same prefix whose processes ended without doing so.
     */
    static Path createOwned(Path parent, String prefix) throws IOException {
        try (var folders = Files.newDirectoryStream(parent, prefix + "*")) {
            for (var folder : folders) {
                if (isAbandoned(folder.getFileName().toString().substring(prefix.length()))) {
                    deleteTree(folder);
                }
            }
        }
        var folder =
                Files.createTempDirectory(parent, prefix + ProcessHandle.current().pid() + "-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    private static boolean isAbandoned(String pidAndRest) {
        try {
            var pid = Long.parseLong(pidAndRest.substring(0, pidAndRest.indexOf('-')));
            return !ProcessHandle.of(pid).map(ServerProcess::isRunning).orElse(false);
        } catch (IndexOutOfBoundsException | NumberFormatException _) {
            return false; // not one of ours
        }
    }

    /** Deletes a folder and all in it; one that is not there is no error. */
    public static void deleteTree(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) {
                        // A server that is ending removes files of its own while this runs.
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        Files.deleteIfExists(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
