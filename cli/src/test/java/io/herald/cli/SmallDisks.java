package io.herald.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * File systems in memory whose size can be set, in a user and mount namespace of their own: nobody
 * needs a right for that which a person at a Linux machine has not. They are there as long as this
 * is open, for what is started in it.
 */
final class SmallDisks implements AutoCloseable {
    static final String AMPLE = "600m";

    private final Process holder;

    private SmallDisks(Process holder) {
        this.holder = holder;
    }

    /** One at each of the folders, which are made. */
    static SmallDisks at(String size, Path... folders) throws IOException {
        var script = new StringBuilder("set -e\n");
        for (var folder : folders) {
            Files.createDirectories(folder);
            script.append("mount -t tmpfs -o size=%s none '%s'\n".formatted(size, folder));
        }
        // Ends with its standard input.
        script.append("echo ready\nexec cat >/dev/null\n");
        var holder =
                new ProcessBuilder("unshare", "-rm", "sh", "-c", script.toString())
                        .redirectErrorStream(true)
                        .start();
        var said = new byte["ready\n".length()];
        int read = holder.getInputStream().readNBytes(said, 0, said.length);
        var words = new String(said, 0, read, StandardCharsets.UTF_8);
        if (!words.equals("ready\n")) {
            throw new IOException(
                    "no file system could be mounted in a namespace of its own: "
                            + words
                            + new String(
                                    holder.getInputStream().readAllBytes(),
                                    StandardCharsets.UTF_8));
        }
        return new SmallDisks(holder);
    }

    /** The command, run where these disks are seen. */
    String[] within(String... command) {
        var whole =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "--user",
                                "--mount",
                                "--preserve-credentials",
                                "--wd=" + Path.of("").toAbsolutePath(),
                                "--target",
                                Long.toString(holder.pid()),
                                "--"));
        whole.addAll(Arrays.asList(command));
        return whole.toArray(String[]::new);
    }

    /** No byte more goes onto it. */
    void fill(Path folder) throws IOException, InterruptedException {
        run(
                "used=$(df --block-size=4096 --output=used '%s' | tail -n 1);".formatted(folder)
                        + " mount -o remount,size=$((used * 4096)) '%s'".formatted(folder));
    }

    void makeAmple(Path folder) throws IOException, InterruptedException {
        run("mount -o remount,size=%s '%s'".formatted(AMPLE, folder));
    }

    private void run(String script) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(within("sh", "-c", script)).redirectErrorStream(true).start();
        var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + ": " + words);
        }
    }

    @Override
    public void close() throws IOException {
        holder.getOutputStream().close();
        holder.destroyForcibly();
    }
}
