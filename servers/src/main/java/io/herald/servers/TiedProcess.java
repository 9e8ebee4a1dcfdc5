package io.herald.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts child processes of this JVM that cannot outlive it.
 *
 * <p>The child is a shell that first leaves a watchdog behind and then becomes the command, so the
 * pid that Java knows is the command's own. The watchdog reads a pipe that this JVM holds open;
 * when the JVM ends in whatever way, {@code kill -9} included, the pipe ends, and the watchdog ends
 * the child. The child has a session of its own, so that Ctrl-C in a terminal reaches only the JVM,
 * which then ends its children in the order it wants.
 */
public final class TiedProcess {
    private static final long LARGEST_LOG = 20L << 20;

    // Two forks, so that the watchdog is nobody's child: Postgres would take note of a child it
    // did not start. Whoever was paused is woken, or it could not end.
    private static final String BECOME_WATCHED_COMMAND =
            """
            signal=$1
            limit=$2
            shift 2
            exec 3<&0 </dev/null
            (
                (
                    trap '' INT HUP QUIT TERM
                    cat <&3
                    kill -0 $$ || exit 0
                    children=$(cat /proc/$$/task/$$/children || pgrep -P $$)
                    kill -s "$signal" $$
                    kill -s CONT $children $$
                    while [ "$limit" -gt 0 ] && kill -0 $$; do
                        sleep 1
                        limit=$((limit - 1))
                    done
                    kill -0 $$ && kill -s KILL $$ $children
                ) >/dev/null 2>&1 &
            )
            exec 3<&-
            exec "$@"
            """;

    private TiedProcess() {}

    /**
     * Starts a process that ends with this JVM. Its standard input is empty.
     *
     * @param builder with the command, which must stay in the foreground; is changed
     * @param stopSignal asks the process to end when this JVM has ended, such as "TERM" or "KILL"
     * @param stopLimit how long that may take before the process is killed; whole seconds
     * @throws IOException if the process cannot be started
     */
    public static Process start(ProcessBuilder builder, String stopSignal, Duration stopLimit)
            throws IOException {
        var command = new ArrayList<>(ownSession());
        command.addAll(List.of("sh", "-c", BECOME_WATCHED_COMMAND, "herald-child"));
        command.add(stopSignal);
        command.add(Long.toString(stopLimit.toSeconds()));
        command.addAll(builder.command());
        return builder.command(command).start();
    }

    /** Linux has setsid; macOS has none, but Perl. Both become the command, with the same pid. */
    static List<String> ownSession() {
        return Command.find("setsid")
                .map(setsid -> List.of(setsid.toString()))
                .or(() -> Command.find("perl").map(TiedProcess::ownSessionByPerl))
                .orElse(List.of());
    }

    static List<String> ownSessionByPerl(Path perl) {
        return List.of(
                perl.toString(), "-MPOSIX=setsid", "-e", "setsid(); exec { $ARGV[0] } @ARGV");
    }

    /** Puts a log aside, as {@code *.old}, that has more than 20 MB; before a start. */
    public static void keepLogSmall(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
            Files.move(
                    log,
                    log.resolveSibling(log.getFileName() + ".old"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
