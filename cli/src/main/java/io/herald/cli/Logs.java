package io.herald.cli;

import java.nio.file.Path;
import java.util.logging.LogManager;

/** Sends whatever is logged to a file, so that none of it comes between what a command says. */
final class Logs {
    private Logs() {}

    /**
     * Must be called before anything logs.
     *
     * @param name of the file, without its ending; two processes may not share one
     */
    static void to(Path folder, String name) {
        System.setProperty("herald.log", folder.resolve(name).toString());
        System.setProperty("log4j2.configurationFile", "classpath:herald-log4j2.xml");
        // The JDK's own logging, which the Postgres driver uses, writes to standard error by
        // default.
        LogManager.getLogManager().reset();
    }
}
