package io.herald.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The folder with everything that survives a restart, held by one local cloud at a time. The system
 * drops the lock when the process ends in whatever way, so a kill leaves nothing to clear up.
 */
final class StateFolder implements AutoCloseable {

    /** Less free space than this, in bytes, and the servers may fail in the midst of their work. */
    private static final long FREE_SPACE = 2L * 1_024 * 1_024 * 1_024;

    private static final String LOCK = "stack.lock";

    // Closing any channel of a file drops all locks that this process has on it, so a second
    // opening
    // in the same JVM must be refused before the file is touched.
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private StateFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the folder if it is missing, and takes it.
     *
     * @throws LocalCloudException if it cannot be written, if another local cloud runs on it, or if
     *     there are less than 2 GB free
     */
    static StateFolder take(Path folder) {
        Path path;
        try {
            path = Files.createDirectories(folder).toRealPath();
            requireSpace(path);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        if (!HELD_HERE.add(path)) {
            throw taken(path);
        }
        try {
            return new StateFolder(path, lock(path));
        } catch (IOException e) {
            HELD_HERE.remove(path);
            throw unwritable(path, e);
        } catch (RuntimeException e) {
            HELD_HERE.remove(path);
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /** Removes all that is in it but the lock. */
    void empty() {
        try {
            Files.walkFileTree(path, new Removal());
        } catch (IOException e) {
            throw new LocalCloudException("The folder %s cannot be emptied.".formatted(path), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unwritable(path, e);
        } finally {
            HELD_HERE.remove(path);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        var channel =
                FileChannel.open(
                        path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (lock == null) {
            channel.close();
            throw taken(path);
        }
        return channel;
    }

    private static void requireSpace(Path path) throws IOException {
        var free = Files.getFileStore(path).getUsableSpace();
        if (free < FREE_SPACE) {
            throw new LocalCloudException(
                    "There are only %,d MB free for %s; at least 2,048 MB are needed."
                            .formatted(free / 1_048_576, path));
        }
    }

    private static LocalCloudException taken(Path path) {
        return new LocalCloudException(
                StackFile.find(path)
                        .map(stack ->
                                "A local cloud runs on %s already: process %d, at %s."
                                        .formatted(path, stack.pid(), stack.url()))
                        .orElse(
                                "Another process is starting a local cloud on %s."
                                        .formatted(path)));
    }

    private static LocalCloudException unwritable(Path path, IOException cause) {
        return new LocalCloudException(
                "The folder %s cannot be written (%s)."
                        .formatted(path, cause.getClass().getSimpleName()),
                cause);
    }

    private final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            if (!file.equals(path.resolve(LOCK))) {
                Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                throws IOException {
            if (e != null) {
                throw e;
            }
            if (!folder.equals(path)) {
                Files.deleteIfExists(folder);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
