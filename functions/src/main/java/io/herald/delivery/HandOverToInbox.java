package io.herald.delivery;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import java.util.Collections;
import java.util.List;

/**
 * The in-app feed: one insert for all of them. A message that is there already has been delivered.
 */
public final class HandOverToInbox implements HandOver {

    private final Inbox inbox;

    public HandOverToInbox(Inbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public List<Outcome> handOver(List<Message> messages, Deadline deadline) {
        inbox.add(
                messages.stream()
                        .map(Message.Inbox.class::cast)
                        .map(message ->
                                new InboxMessage(
                                        message.tenant(),
                                        message.notification(),
                                        message.user(),
                                        message.content().title(),
                                        message.content().body()))
                        .toList());
        return Collections.nCopies(messages.size(), new Outcome.Delivered(null));
    }
}
