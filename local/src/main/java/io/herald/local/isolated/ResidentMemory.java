package io.herald.local.isolated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory a process has held, as proc_pid_status(5) tells. */
final class ResidentMemory {

    private static final String PEAK = "VmHWM:";

    private ResidentMemory() {}

    /** The most that the process has held at a time, in megabytes; 0 when it has ended. */
    static long peakMegabytes(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }
}
