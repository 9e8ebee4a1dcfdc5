package io.herald.receipt;

import io.herald.attempt.DecideReceipt;
import io.herald.attempt.Receipt;
import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UnstorableEventException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes receipts, many at once: reads, decides and appends until each is stored or says nothing
 * that is new. What is not known, or another tenant's, is passed over. To take one again does
 * nothing.
 */
public final class TakeReceipts {

    private static final Logger LOG = LoggerFactory.getLogger(TakeReceipts.class);

    private final Histories histories;
    private final Timeline timeline;
    private final DecideReceipt decide;

    public TakeReceipts(Histories histories, Timeline timeline, DecideReceipt decide) {
        this.histories = histories;
        this.timeline = timeline;
        this.decide = decide;
    }

    /** The receipts of one notification that are still to be looked at, and what is known of it. */
    private final class Taking {
        private final Subject subject;
        private final Deque<Receipt> waiting = new ArrayDeque<>();
        private List<Event> history = List.of();

        Taking(Subject subject) {
            this.subject = subject;
        }

        /** Drops what says nothing new, up to the first that does. */
        Optional<Transition> next() {
            while (!waiting.isEmpty()) {
                var transition = decide.decide(waiting.element(), history);
                if (transition.isPresent()) {
                    return transition;
                }
                waiting.remove();
            }
            return Optional.empty();
        }

        void stored(Event event) {
            waiting.remove();
            var more = new ArrayList<>(history);
            more.add(event);
            history = more;
        }
    }

    /**
     * Returns when all of them are stored that are to be.
     *
     * @param receipts those of one notification in the order in which they came
     */
    public void take(List<Receipt> receipts) {
        var bySubject = new LinkedHashMap<Subject, Taking>();
        for (var receipt : receipts) {
            bySubject.computeIfAbsent(subjectOf(receipt), Taking::new).waiting.add(receipt);
        }
        var open = read(bySubject.values());
        while (!open.isEmpty()) {
            // One for each notification; its next one waits for the next round.
            var wanted = new LinkedHashMap<Taking, Transition>();
            for (var taking : open) {
                taking.next().ifPresent(transition -> wanted.put(taking, transition));
            }
            if (wanted.isEmpty()) {
                return;
            }
            var settled = append(wanted.values());
            var going = new ArrayList<Taking>();
            var lost = new ArrayList<Taking>();
            wanted.forEach((taking, transition) -> {
                if (settled.contains(taking.subject.notification())) {
                    taking.stored(transition.event());
                    going.add(taking);
                } else {
                    lost.add(taking);
                }
            });
            going.addAll(read(lost));
            open = going;
        }
    }

    /** Those that there are, with what is known of them now. */
    private List<Taking> read(Collection<Taking> takings) {
        if (takings.isEmpty()) {
            return List.of();
        }
        var histories = this.histories.of(takings.stream().map(each -> each.subject).toList());
        var known = new ArrayList<Taking>();
        for (var taking : takings) {
            var history = histories.get(taking.subject);
            if (history != null) {
                taking.history = history;
                known.add(taking);
            }
        }
        return known;
    }

    private Set<NotificationId> append(Collection<Transition> transitions) {
        try {
            return timeline.append(List.copyOf(transitions));
        } catch (UnstorableEventException e) {
            // It would fail the same way for ever.
            LOG.error("receipts cannot be stored: {}", e.unstorable());
            var settled = new HashSet<>(e.stored());
            settled.addAll(e.unstorable().keySet());
            return settled;
        }
    }

    private static Subject subjectOf(Receipt receipt) {
        return new Subject(receipt.tenant(), receipt.notification());
    }
}
