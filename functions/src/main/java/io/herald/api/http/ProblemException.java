package io.herald.api.http;

/** Ends the handling of a request with a problem document. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        // Neither a message, which could be personal, nor a stack: it is an answer, not a fault.
        super(problem.type().title(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
