package io.herald.cli;

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
}
