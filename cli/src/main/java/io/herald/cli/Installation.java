package io.herald.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder Herald was built in, with all it writes under one ignored folder.
 *
 * @param root where {@code ./herald} lies
 */
public record Installation(Path root) {

    /** As the launcher says; without one, the working directory. */
    static Installation ofProcess() {
        return new Installation(
                Path.of(System.getProperty("herald.root", "")).toAbsolutePath().normalize());
    }

    public Path work() {
        return root.resolve(".herald");
    }

    /** Where {@code ./herald up} keeps its state unless told otherwise. */
    public Path defaultState() {
        return work().resolve("state");
    }

    /** Where the servers are unpacked, for all stacks. */
    public Path binaries() {
        return work().resolve("binaries");
    }

    /**
     * A state folder for this process alone, which removes it when it ends. Removes those of former
     * processes that were killed and could not.
     *
     * @param command whose state it is
     */
    Path ownState(String command) throws IOException {
        var prefix = command + "-";
        if (Files.isDirectory(work())) {
            try (var folders = Files.newDirectoryStream(work(), prefix + "[0-9]*")) {
                for (var folder : folders) {
                    var pid = folder.getFileName().toString().substring(prefix.length());
                    if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                        Folders.remove(folder);
                    }
                }
            }
        }
        return work().resolve(prefix + ProcessHandle.current().pid());
    }
}
