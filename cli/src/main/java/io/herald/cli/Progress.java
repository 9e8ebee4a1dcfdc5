package io.herald.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * Shows that something goes on: with a terminal a live line with the seconds, without one a line
 * every 10 s. Ends, and leaves no line behind, when closed.
 */
public final class Progress implements AutoCloseable {
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration LINE = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final Duration pause;
    private final long startedAt = System.nanoTime();
    private final Thread thread;
    private volatile String what;

    Progress(Terminal terminal, String what) {
        this(terminal, what, terminal.isLive() ? REDRAW : LINE);
    }

    /**
     * @param pause between two lines
     */
    Progress(Terminal terminal, String what, Duration pause) {
        this.terminal = terminal;
        this.pause = pause;
        this.what = what;
        this.thread = Thread.ofVirtual().name("progress").start(this::show);
    }

    /** Says what goes on now. */
    public void now(String what) {
        this.what = what;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    private void show() {
        try {
            while (true) {
                Thread.sleep(pause);
                if (terminal.isLive()) {
                    terminal.redraw(line());
                } else {
                    terminal.remark(line());
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private String line() {
        return String.format(Locale.ROOT, "%s, %d s", what, elapsed().toSeconds());
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        terminal.erase();
    }
}
