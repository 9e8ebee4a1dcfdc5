package io.herald.local.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A folder of files in the order of their arrival, of which the newest are kept. A file appears
 * whole, so that another process may read the folder at any time.
 */
final class NumberedFiles {

    /** How many are kept. */
    static final int KEPT = 1_000;

    private static final int LABEL_LENGTH = 120;

    private final Path folder;
    private final String suffix;
    private long last;

    NumberedFiles(Path folder, String suffix) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.suffix = suffix;
        var present = list(folder, suffix);
        this.last = present.isEmpty() ? 0 : numberOf(present.getLast());
    }

    /**
     * Adds a file.
     *
     * @param label becomes part of its name, as far as its characters allow
     */
    synchronized Path add(String label, byte[] content) throws IOException {
        last++;
        var plain = label.replaceAll("[^A-Za-z0-9@._-]+", "_");
        var name = plain.substring(0, Math.min(plain.length(), LABEL_LENGTH));
        var file = folder.resolve("%09d-%s%s".formatted(last, name, suffix));
        var unfinished = folder.resolve(".unfinished");
        Files.write(unfinished, content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        // Looked at only now and then: listing a folder for every file would cost more than the
        // file.
        if (last % 100 == 0) {
            removeOld();
        }
        return file;
    }

    /** The files of such a folder, the oldest first; empty if there is no folder. */
    static List<Path> list(Path folder, String suffix) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d{9,}-.*"))
                    .filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private void removeOld() throws IOException {
        var present = list(folder, suffix);
        for (var file : present.subList(0, Math.max(0, present.size() - KEPT))) {
            Files.deleteIfExists(file);
        }
    }

    private static long numberOf(Path file) {
        var name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('-')));
    }
}
