package io.herald.cli;

import java.io.PrintStream;

/**
 * Where a command writes: results to standard output; progress and complaints to standard error, so
 * that a result can be piped. Safe for use by several threads.
 */
public final class Terminal {
    /** A live line may not wrap, or it could not be erased; no terminal is narrower than this. */
    private static final int LIVE_WIDTH = 78;

    private static final String ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean live;
    private boolean lineShown;

    /**
     * @param live whether standard error is a terminal, on which a line can be erased and redrawn
     */
    public Terminal(PrintStream out, PrintStream err, boolean live) {
        this.out = out;
        this.err = err;
        this.live = live;
    }

    /** Standard output and error of this process; the launcher says whether they are a terminal. */
    static Terminal ofProcess() {
        return new Terminal(System.out, System.err, Boolean.getBoolean("herald.terminal"));
    }

    public boolean isLive() {
        return live;
    }

    /** Prints a result, of one line or several. */
    public synchronized void print(String text) {
        erase();
        out.println(text);
        out.flush();
    }

    /** Prints what is no result: a complaint, a remark. */
    public synchronized void remark(String text) {
        erase();
        err.println(text);
        err.flush();
    }

    /** Redraws the live line; does nothing when there is no terminal. */
    synchronized void redraw(String text) {
        if (live) {
            var shown =
                    text.length() > LIVE_WIDTH ? text.substring(0, LIVE_WIDTH - 3) + "..." : text;
            err.print(ERASE + shown);
            err.flush();
            lineShown = true;
        }
    }

    /** Erases the live line, if there is one. */
    synchronized void erase() {
        if (lineShown) {
            err.print(ERASE);
            err.flush();
            lineShown = false;
        }
    }

    /** Starts to show progress; see {@link Progress}. */
    public Progress progress(String what) {
        return new Progress(this, what);
    }
}
