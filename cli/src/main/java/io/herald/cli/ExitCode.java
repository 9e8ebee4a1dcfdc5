package io.herald.cli;

/** What the exit codes of {@code ./herald} mean. */
public final class ExitCode {
    public static final int OK = 0;

    /** What was asked for was tried, and failed. */
    public static final int FAILED = 1;

    /** The command line makes no sense. */
    public static final int USAGE = 2;

    /** The environment lacks something: a JDK, disk, a port, a running stack. */
    public static final int ENVIRONMENT = 3;

    /** Ended by Ctrl-C or SIGTERM before it was done. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
