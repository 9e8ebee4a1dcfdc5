package io.herald.simulation;

import io.herald.delivery.Message;
import io.herald.events.DispatchRecord;
import io.herald.memory.Ports;
import io.herald.notification.Event;
import io.herald.notification.Transition;
import io.herald.outbox.OutboxRow;
import io.herald.schedule.DueRow;
import io.herald.submission.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The steps of a schedule, in few words and with short names in place of ids. */
final class Trace {

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final boolean kept;
    private final Instant start;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();

    /**
     * @param kept whether anybody reads it: to write it takes most of the time
     */
    Trace(boolean kept, Instant start) {
        this.kept = kept;
        this.start = start;
    }

    List<String> lines() {
        return lines;
    }

    void add(Instant at, String who, String what) {
        if (kept) {
            lines.add(named("%9.3f s  %-12s %s".formatted(seconds(at), who, what)));
        }
    }

    void add(Instant at, String who, Ports.Call call, @Nullable Object result) {
        if (kept) {
            var given =
                    Arrays.stream(call.arguments())
                            .map(this::told)
                            .collect(Collectors.joining(", "));
            add(at, who, call.name() + "(" + given + ") gives " + told(result));
        }
    }

    /** The text with {@code n1}, {@code n2} and so on for ids. */
    String named(String text) {
        return ID.matcher(text)
                .replaceAll(id -> names.computeIfAbsent(id.group(), _ -> "n" + (names.size() + 1)));
    }

    private double seconds(Instant at) {
        return Duration.between(start, at).toNanos() / 1e9;
    }

    private String told(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case Instant time -> "%.3f s".formatted(seconds(time));
            case Collection<?> all ->
                    all.stream().map(this::told).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map -> told(map.values());
            case Event event ->
                    "%s/%d %s %s attempt %d%s"
                            .formatted(
                                    event.notification(),
                                    event.sequence(),
                                    event.kind(),
                                    event.status(),
                                    event.attempt(),
                                    event.reason() == null
                                            ? ""
                                            : " (" + event.reason().code() + ")");
            case Transition transition ->
                    told(transition.event())
                            + (transition.dueAt() == null ? "" : " due " + told(transition.dueAt()))
                            + (transition.release() ? " released" : "");
            case DueRow row ->
                    row.notification() + "/" + row.sequence() + " at " + told(row.newest());
            case OutboxRow row -> row.first() + "/" + row.sequence();
            case DispatchRecord record -> record.id() + "/" + record.sequence();
            case Notification notification -> notification.id().toString();
            case Message message -> message.notification().toString();
            default -> value.toString();
        };
    }
}
