package io.herald.local.isolated;

import io.herald.catalog.Catalog;
import io.herald.servers.Folders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The zip that is deployed.
 *
 * @param path where it lies
 */
public record FunctionsZip(Path path) {

    private static final String NAME = "herald-functions.zip";

    /**
     * The one that was built with the functions of this process's class path, beside their classes
     * or jar.
     *
     * @throws MissingPartException if there is none
     */
    public static FunctionsZip ofThisBuild() {
        try {
            var functions = Catalog.class.getProtectionDomain().getCodeSource().getLocation();
            var zip = Path.of(functions.toURI()).resolveSibling(NAME);
            if (!Files.isRegularFile(zip)) {
                throw new MissingPartException(
                        ("There is no %s. It is made by `mvn package -pl functions -am`, and by"
                                        + " ./herald.")
                                .formatted(zip));
            }
            return new FunctionsZip(zip);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Unpacks it as Lambda does, once for each content; what other zips have left in the folder is
     * removed.
     *
     * @param folder nobody else may use it meanwhile
     * @return the folder with the classes, and their jars in lib
     */
    Path unpackedIn(Path folder) throws IOException {
        var target = folder.resolve(fingerprint());
        if (Files.notExists(target)) {
            Folders.deleteTree(folder);
            var fresh = folder.resolve("new");
            Files.createDirectories(fresh);
            unpack(fresh);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target;
    }

    private String fingerprint() throws IOException {
        try (var content =
                new DigestInputStream(
                        Files.newInputStream(path), MessageDigest.getInstance("SHA-256"))) {
            content.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(content.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void unpack(Path folder) throws IOException {
        try (var zip =
                new ZipInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                unpack(zip, entry, folder);
            }
        }
    }

    private static void unpack(ZipInputStream zip, ZipEntry entry, Path folder) throws IOException {
        var file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
            throw new IOException("the zip names a path outside of it: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
        } else {
            Files.createDirectories(file.getParent());
            Files.copy(zip, file);
        }
    }
}
