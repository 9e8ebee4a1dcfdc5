package io.herald.events;

/**
 * The bytes are not a record. The message is one sentence for an operator: it names what is wrong,
 * and repeats nothing of what the record says.
 */
public final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    public UndecodableException(String message) {
        super(message);
    }
}
