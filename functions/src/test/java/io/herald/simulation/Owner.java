package io.herald.simulation;

import io.herald.intervention.Intervention;
import io.herald.notification.NotificationId;
import io.herald.submission.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Who changes its mind about what was accepted: now and then it cancels one or puts it off. */
final class Owner {

    private final Deque<Instant> changes = new ArrayDeque<>();
    private final Map<NotificationId, Instant> cancelled = new HashMap<>();
    private final Map<NotificationId, Instant> putOff = new HashMap<>();

    Owner(Fate fate, Instant now) {
        int count = fate.number(0, 5);
        var times = new TreeSet<Instant>();
        for (int i = 0; i < count; i++) {
            times.add(now.plusMillis(fate.number(1, 20_000)));
        }
        changes.addAll(times);
    }

    /** When it does something next; empty for never again. */
    Optional<Instant> next() {
        return Optional.ofNullable(changes.peek());
    }

    /** Chooses one of what there is, if there is any, and what to do with it. */
    void change(List<Notification> accepted, Fate fate, UseCases useCases, Steps steps) {
        if (accepted.isEmpty()) {
            return;
        }
        var one = fate.oneOf(accepted);
        if (fate.number(0, 3) > 0) {
            var answer = useCases.cancelNotification().cancel(one.tenant(), one.id());
            steps.tell("hears of its cancel: " + answer.getClass().getSimpleName());
            if (answer instanceof Intervention.Done) {
                cancelled.put(one.id(), useCases.now());
            }
        } else {
            var time = useCases.now().plus(Duration.ofMillis(fate.number(1, 8_000)));
            var answer = useCases.rescheduleNotification().reschedule(one.tenant(), one.id(), time);
            steps.tell("hears of its reschedule: " + answer.getClass().getSimpleName());
            if (answer instanceof Intervention.Done) {
                putOff.put(one.id(), time);
            }
        }
    }

    void begins() {
        changes.remove();
    }

    /** Of which it heard that they will not be sent, and when. */
    Map<NotificationId, Instant> cancelled() {
        return cancelled;
    }

    /** Until when it heard last that one is put off. */
    Map<NotificationId, Instant> putOff() {
        return putOff;
    }
}
