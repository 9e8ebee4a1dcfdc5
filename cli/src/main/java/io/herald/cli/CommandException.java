package io.herald.cli;

/** Ends a command with a sentence that a person can act on; no stack trace is shown. */
public final class CommandException extends RuntimeException {
    private final int exitCode;

    private CommandException(int exitCode, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    private CommandException(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    /** What was asked for failed. */
    public static CommandException failed(String sentence) {
        return new CommandException(ExitCode.FAILED, sentence);
    }

    /** What was asked for failed. */
    public static CommandException failed(String sentence, Throwable cause) {
        return new CommandException(ExitCode.FAILED, sentence, cause);
    }

    /** The environment lacks something. */
    public static CommandException lacking(String sentence) {
        return new CommandException(ExitCode.ENVIRONMENT, sentence);
    }

    /** The environment lacks something. */
    public static CommandException lacking(String sentence, Throwable cause) {
        return new CommandException(ExitCode.ENVIRONMENT, sentence, cause);
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }
}
