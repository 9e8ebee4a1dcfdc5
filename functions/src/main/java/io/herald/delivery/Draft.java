package io.herald.delivery;

import io.herald.attempt.Outcome;
import io.herald.fault.Faults;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.template.TemplateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message that is not rendered yet. It is rendered in the turn in which it is handed over, so
 * that what it says takes memory only then, and takes its time from nobody whose turn has come.
 */
public final class Draft {

    private static final Logger LOG = LoggerFactory.getLogger(Draft.class);

    /** What came of a draft. */
    public sealed interface Rendering {
        record Done(Message message) implements Rendering {}

        /** It cannot be rendered, so nothing was handed over. */
        record Failed(Outcome.Rejected outcome) implements Rendering {}
    }

    /** What makes the message. */
    @FunctionalInterface
    interface Writer {
        Message write() throws TemplateException;
    }

    private final NotificationId notification;
    private final Destination destination;
    private final Recipient recipient;
    private final Writer writer;

    Draft(
            NotificationId notification,
            Destination destination,
            Recipient recipient,
            Writer writer) {
        this.notification = notification;
        this.destination = destination;
        this.recipient = recipient;
        this.writer = writer;
    }

    public NotificationId notification() {
        return notification;
    }

    public TenantId tenant() {
        return destination.tenant();
    }

    public Destination destination() {
        return destination;
    }

    public Recipient recipient() {
        return recipient;
    }

    Person person() {
        return new Person(tenant(), recipient);
    }

    /**
     * Renders, each time anew. Nothing is thrown: what is wrong with one message is that message's
     * outcome.
     */
    public Rendering render() {
        try {
            return new Rendering.Done(writer.write());
        } catch (TemplateException e) {
            return failed(reasonOf(e));
        } catch (RuntimeException e) {
            LOG.error("notification {} cannot be made: {}", notification, Faults.trace(e));
            return failed(new Reason("internal_error", "Herald failed while it made the message."));
        }
    }

    private static Reason reasonOf(TemplateException e) {
        return switch (e.problem()) {
            case BROKEN -> new Reason("not_renderable", "The template cannot be rendered.");
            case TOO_MANY_STEPS ->
                    new Reason(
                            "rendering_too_long",
                            "The template takes too many steps with this payload.");
            case TOO_LONG ->
                    new Reason(
                            "message_too_long",
                            "The template makes too long a message of this payload.");
        };
    }

    private static Rendering failed(Reason reason) {
        return new Rendering.Failed(new Outcome.Rejected(reason));
    }
}
