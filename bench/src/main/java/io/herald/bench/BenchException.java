package io.herald.bench;

/**
 * What was measured or tried says nothing: it could not be carried out, or what was counted on one
 * side is not what the other has.
 */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BenchException(String message) {
        super(message);
    }

    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
