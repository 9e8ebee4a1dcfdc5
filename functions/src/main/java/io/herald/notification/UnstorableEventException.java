package io.herald.notification;

import java.util.Map;
import java.util.Set;

/**
 * Some events of a batch can never be stored, however often it is tried: there is no partition for
 * so old an id, or a number is out of range. The others were dealt with as ever, and are committed.
 */
public final class UnstorableEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Set<NotificationId> stored;
    private final transient Map<NotificationId, String> unstorable;

    /**
     * @param unstorable the cause for each, in words for an operator, which quote no data: they are
     *     logged
     */
    public UnstorableEventException(
            Set<NotificationId> stored, Map<NotificationId, String> unstorable) {
        super(unstorable.size() + " events cannot be stored: " + unstorable);
        this.stored = Set.copyOf(stored);
        this.unstorable = Map.copyOf(unstorable);
    }

    /** What {@link Timeline#append} would have returned for the rest of the batch. */
    public Set<NotificationId> stored() {
        return stored;
    }

    /** The notifications whose events can never be stored, each with the cause. */
    public Map<NotificationId, String> unstorable() {
        return unstorable;
    }
}
