package io.herald.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one server: its data, settings, log, and what must survive a restart (port,
 * password). Held by a file lock while in use, which the system drops when this JVM ends in
 * whatever way.
 */
final class StateFolder implements AutoCloseable {
    // The owner before may be dying: a large JVM that was killed holds its locks for a moment.
    private static final Duration LOCK_WAIT = Duration.ofSeconds(2);
    private static final int SECRET_BYTES = 24;

    // Closing any channel of a file drops all locks this process has on it, so a second opening
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
     * @throws ServerException if it cannot be written, or is in use
     */
    static StateFolder open(Path folder) {
        Path path;
        try {
            Files.createDirectories(folder);
            path = folder.toRealPath();
        } catch (IOException failure) {
            throw cannotWrite(folder, failure);
        }
        if (!HELD_HERE.add(path)) {
            throw new ServerException("The folder %s is already in use.".formatted(path));
        }
        try {
            return new StateFolder(path, lock(path));
        } catch (IOException failure) {
            HELD_HERE.remove(path);
            throw cannotWrite(path, failure);
        } catch (RuntimeException failure) {
            HELD_HERE.remove(path);
            throw failure;
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        var channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        if (!Wait.until(LOCK_WAIT, () -> tryLock(channel) != null)) {
            var owner = Files.readString(folder.resolve("lock")).strip();
            channel.close();
            throw new ServerException(
                    "The folder %s is already in use by process %s.".formatted(folder, owner));
        }
        channel.truncate(0);
        var pid = Long.toString(ProcessHandle.current().pid());
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) {
        try {
            return channel.tryLock();
        } catch (IOException failure) {
            throw new ServerException(
                    "A file could not be locked (%s).".formatted(failure), failure);
        }
    }

    Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /**
     * The port to listen on: the given one if it is not 0, else the one of the last time, else a
     * free one, which is remembered.
     *
     * @throws ServerException if a given port is taken
     */
    int port(String name, int given) {
        if (given != 0) {
            requireFree(given);
            return given;
        }
        var last = read(name).map(Integer::parseInt).filter(Ports::isFree);
        if (last.isPresent()) {
            return last.get();
        }
        var chosen = Ports.chooseFree();
        write(name, Integer.toString(chosen));
        return chosen;
    }

    static void requireFree(int port) {
        if (!Ports.isFree(port)) {
            throw new ServerException(
                    "Port %d on 127.0.0.1 is taken by another process.".formatted(port));
        }
    }

    /** A random password, made the first time, in a file only its owner can read. */
    String secret(String name) {
        return remembered(
                name,
                () -> {
                    var bytes = new byte[SECRET_BYTES];
                    new SecureRandom().nextBytes(bytes);
                    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
                });
    }

    /** What was chosen the first time. */
    String remembered(String name, Supplier<String> first) {
        return read(name)
                .orElseGet(() -> {
                    var value = first.get();
                    write(name, value);
                    return value;
                });
    }

    Optional<String> read(String name) {
        try {
            var file = file(name);
            return Files.exists(file)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (IOException failure) {
            throw new ServerException(
                    "%s could not be read (%s).".formatted(file(name), failure), failure);
        }
    }

    /** Writes a file that only its owner can read, whole or not at all. */
    Path write(String name, String content) {
        var file = file(name);
        try {
            var attribute =
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"));
            var whole = Files.createTempFile(path, "." + name, null, attribute);
            Files.writeString(whole, content);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            return file;
        } catch (IOException failure) {
            throw cannotWrite(file, failure);
        }
    }

    /** Refuses what would use the folder after it was given free. */
    void requireHeld() {
        if (!channel.isOpen()) {
            throw new ServerException("The server in %s was closed.".formatted(path));
        }
    }

    /** Gives the folder free for another; once, as another may hold it by the second time. */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException failure) {
            throw cannotWrite(path, failure);
        } finally {
            HELD_HERE.remove(path);
        }
    }

    static ServerException cannotWrite(Path path, IOException failure) {
        return new ServerException("%s cannot be written (%s).".formatted(path, failure), failure);
    }
}
