package io.herald.servers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The binaries of the servers for the running system, unpacked once from their jars into a cache
 * folder. Any number of processes may share the folder: each unpacks into a folder of its own and
 * renames it, so what has its final name is complete.
 */
public final class ServerBinaries {
    private static final Set<PosixFilePermission> EXECUTABLE =
            PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path cache;
    private final Platform platform;

    private ServerBinaries(Path cache, Platform platform) {
        this.cache = cache;
        this.platform = platform;
    }

    /**
     * Binaries in this cache folder, which is made when first needed.
     *
     * @throws ServerException if there are no binaries for this system
     */
    public static ServerBinaries in(Path cache) {
        var platform = Platform.current();
        platform.requireSystemLibrary();
        return new ServerBinaries(cache.toAbsolutePath().normalize(), platform);
    }

    /** The cache folder. */
    public Path cache() {
        return cache;
    }

    /** The folder with Postgres's {@code bin}, {@code lib} and {@code share}. */
    public Path postgres() {
        return unpacked("postgres", platform.postgresResource(), ServerBinaries::unpackArchive);
    }

    /** The Redis server's executable. */
    public Path redis() {
        return unpacked(
                        "redis",
                        platform.redisResource(),
                        (content, folder) -> {
                            var executable = folder.resolve("redis-server");
                            Files.copy(content, executable);
                            Files.setPosixFilePermissions(executable, EXECUTABLE);
                        })
                .resolve("redis-server");
    }

    private interface Unpacking {
        void unpack(InputStream content, Path folder) throws IOException;
    }

    private Path unpacked(String name, String resource, Unpacking unpacking) {
        var url = ServerBinaries.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new ServerException(
                    "The jar that holds %s is not on the class path.".formatted(resource));
        }
        try {
            var target = cache.resolve(name + "-" + fingerprint(url));
            if (Files.isDirectory(target)) {
                return target;
            }
            Files.createDirectories(cache);
            var ours = Folders.createOwned(cache, ".unpacking-" + name + "-");
            try (var content = url.openStream()) {
                unpacking.unpack(content, ours);
                moveUnlessThere(ours, target);
            } finally {
                Folders.deleteTree(ours);
            }
            return target;
        } catch (IOException failure) {
            throw new ServerException(
                    "The binaries of %s could not be unpacked into %s (%s)."
                            .formatted(name, cache, failure),
                    failure);
        }
    }

    private static void moveUnlessThere(Path ours, Path target) throws IOException {
        try {
            Files.move(ours, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException failure) {
            // Another process was first, and its copy is as good.
            if (!Files.isDirectory(target)) {
                throw failure;
            }
        }
    }

    /** Tells versions apart without reading the content: a jar has a checksum of each entry. */
    private static String fingerprint(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        if (connection instanceof JarURLConnection jar) {
            return Long.toHexString(requireNonNull(jar.getJarEntry()).getCrc());
        }
        connection.setUseCaches(false);
        try (var _ = connection.getInputStream()) {
            return Long.toHexString(connection.getContentLengthLong())
                    + Long.toHexString(connection.getLastModified());
        }
    }

    private static void unpackArchive(InputStream content, Path folder) throws IOException {
        try (var archive = new TarArchiveInputStream(new XZCompressorInputStream(content))) {
            for (var entry = archive.getNextEntry();
                    entry != null;
                    entry = archive.getNextEntry()) {
                unpackEntry(archive, entry, folder);
            }
        }
    }

    private static void unpackEntry(
            TarArchiveInputStream archive, TarArchiveEntry entry, Path folder) throws IOException {
        var path = inside(folder, folder.resolve(entry.getName()));
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(requireNonNull(path.getParent()));
        if (entry.isSymbolicLink()) {
            inside(folder, requireNonNull(path.getParent()).resolve(entry.getLinkName()));
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(path, inside(folder, folder.resolve(entry.getLinkName())));
        } else {
            Files.copy(archive, path);
            Files.setPosixFilePermissions(path, permissions(entry.getMode()));
        }
    }

    private static Path inside(Path folder, Path path) throws IOException {
        var normal = path.normalize();
        if (!normal.startsWith(folder)) {
            throw new IOException("the archive names a path outside of it: " + path);
        }
        return normal;
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        var all = PosixFilePermission.values();
        for (var bit = 0; bit < all.length; bit++) {
            // The constants stand in the order of the mode's bits, from the owner's read down.
            if ((mode & (1 << (all.length - 1 - bit))) != 0) {
                permissions.add(all[bit]);
            }
        }
        return permissions;
    }
}
