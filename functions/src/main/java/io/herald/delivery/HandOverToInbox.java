package io.herald.delivery;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.fault.Faults;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.Reason;
import io.herald.notification.StoreUnavailableException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The in-app feed: one insert for all of them. A message that is there already has been delivered.
 */
public final class HandOverToInbox implements HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverToInbox.class);
    // To insert it again does no harm, so that it may be there after all does not matter.
    private static final Outcome AWAY =
            new Outcome.NotHandedOver(
                    new Reason("store_unavailable", "The feed could not be reached."),
                    Duration.ZERO);

    private final Inbox inbox;

    public HandOverToInbox(Inbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public List<Outcome> handOver(List<Message> messages, Deadline deadline) {
        var feed = messages.stream().map(HandOverToInbox::inFeed).toList();
        try {
            inbox.add(feed);
            return Collections.nCopies(feed.size(), new Outcome.Delivered(null));
        } catch (StoreUnavailableException _) {
            return Collections.nCopies(feed.size(), AWAY);
        } catch (RuntimeException _) {
            // One of them is to blame; the others go through without it.
            return feed.stream().map(this::oneByOne).toList();
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
