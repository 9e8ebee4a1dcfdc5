package io.herald.delivery;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.fault.Faults;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.Reason;
import io.herald.notification.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The in-app feed: one insert for many of them. A message that is there already has been delivered.
 */
public final class HandOverToInbox implements HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverToInbox.class);
    // It may be there after all. To insert it again would do no harm, but who cancels it now must
    // not
    // be told that it was not sent.
    private static final Outcome AWAY =
            new Outcome.Lost(
                    new Reason(
                            "store_unavailable",
                            "The feed could not be reached, and may have taken it."));
    private static final Outcome NO_TIME = Outcome.NotHandedOver.noTimeLeft(Duration.ZERO);

    // Of what is rendered and not stored yet, a last message excepted: the usual batch is below it
    // and takes one insert, and one of the longest messages there can be takes 50.
    private static final int CHARACTERS_OF_AN_INSERT = 1_048_576;

    private final Inbox inbox;
    private final Duration timeout;

    /** A message that is rendered, and whose it is of those to be handed over. */
    private record Entry(int place, InboxMessage message) {}

    /**
     * @param timeout the longest an insert may take
     */
    public HandOverToInbox(Inbox inbox, Duration timeout) {
        this.inbox = inbox;
        this.timeout = timeout;
    }

    @Override
    public List<Outcome> handOver(List<Draft> drafts, Deadline deadline) {
        var outcomes = new Outcome[drafts.size()];
        var entries = new ArrayList<Entry>();
        int characters = 0;
        for (int i = 0; i < outcomes.length; i++) {
            if (!deadline.leaves(timeout)) {
                outcomes[i] = NO_TIME;
                continue;
            }
            switch (drafts.get(i).render()) {
                case Draft.Rendering.Failed(var outcome) -> outcomes[i] = outcome;
                case Draft.Rendering.Done(var message) -> {
                    var inFeed = inFeed(message);
                    entries.add(new Entry(i, inFeed));
                    characters += lengthOf(inFeed);
                }
            }
            if (characters >= CHARACTERS_OF_AN_INSERT) {
                add(entries, deadline, outcomes);
                entries.clear();
                characters = 0;
            }
        }
        add(entries, deadline, outcomes);
        return List.of(outcomes);
    }

    private void add(List<Entry> entries, Deadline deadline, Outcome[] outcomes) {
        if (entries.isEmpty()) {
            return;
        }
        var added =
                deadline.leaves(timeout)
                        ? add(entries.stream().map(Entry::message).toList())
                        : Collections.nCopies(entries.size(), NO_TIME);
        for (int i = 0; i < entries.size(); i++) {
            outcomes[entries.get(i).place()] = added.get(i);
        }
    }

    private List<Outcome> add(List<InboxMessage> messages) {
        try {
            inbox.add(messages);
            return Collections.nCopies(messages.size(), new Outcome.Delivered(null));
        } catch (StoreUnavailableException _) {
            return Collections.nCopies(messages.size(), AWAY);
        } catch (RuntimeException _) {
            // One of them is to blame; the others go through without it.
            return messages.stream().map(this::oneByOne).toList();
        }
    }

    private Outcome oneByOne(InboxMessage message) {
        try {
            inbox.add(List.of(message));
            return new Outcome.Delivered(null);
        } catch (StoreUnavailableException _) {
            return AWAY;
        } catch (RuntimeException e) {
            LOG.error(
                    "notification {} cannot be put into the feed: {}",
                    message.notification(),
                    Faults.trace(e));
            return new Outcome.Rejected(
                    new Reason("not_storable", "The feed does not take the message."));
        }
    }

    private static int lengthOf(InboxMessage message) {
        return message.title().length() + (message.body() == null ? 0 : message.body().length());
    }

    private static InboxMessage inFeed(Message message) {
        var inbox = (Message.Inbox) message;
        return new InboxMessage(
                inbox.tenant(),
                inbox.notification(),
                inbox.user(),
                inbox.content().title(),
                inbox.content().body());
    }
}
