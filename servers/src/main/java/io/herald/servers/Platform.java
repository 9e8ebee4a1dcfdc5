package io.herald.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A system that server binaries exist for. */
record Platform(String os, String arch) {
    static Platform current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static Platform of(String osName, String osArch) {
        var os =
                switch (osName.toLowerCase(Locale.ROOT)) {
                    case "linux" -> "linux";
                    case "mac os x" -> "darwin";
                    default -> throw unsupported(osName, osArch);
                };
        var arch =
                switch (osArch.toLowerCase(Locale.ROOT)) {
                    case "amd64", "x86_64" -> "amd64";
                    case "aarch64", "arm64" -> "arm64";
                    default -> throw unsupported(osName, osArch);
                };
        return new Platform(os, arch);
    }

    String postgresResource() {
        return "postgres-%s-%s.txz".formatted(os, arch.equals("amd64") ? "x86_64" : "arm_64");
    }

    String redisResource() {
        return "redis-server-7.0.15-%s-%s".formatted(os, arch);
    }

    /** The binaries for Linux are linked against glibc. */
    void requireSystemLibrary() {
        var loader =
                arch.equals("amd64")
                        ? Path.of("/lib64/ld-linux-x86-64.so.2")
                        : Path.of("/lib/ld-linux-aarch64.so.1");
        if (os.equals("linux") && Files.notExists(loader)) {
            throw new ServerException(
                    "The server binaries need a Linux with glibc, and %s is missing here."
                            .formatted(loader));
        }
    }

    private static ServerException unsupported(String osName, String osArch) {
        return new ServerException(
                ("There are no server binaries for %s on %s; Linux and macOS on amd64 and arm64 are"
                                + " supported.")
                        .formatted(osName, osArch));
    }
}
