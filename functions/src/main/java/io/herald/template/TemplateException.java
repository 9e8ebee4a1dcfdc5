package io.herald.template;

/**
 * A template that cannot be compiled, or not be rendered with a payload. The message is for the
 * tenant.
 */
public final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Problem {
        /** It says something that cannot be done. */
        BROKEN,
        /** It does more with this payload than one message may. */
        TOO_MANY_STEPS,
        /** It makes more of this payload than one message may hold. */
        TOO_LONG
    }

    private final Problem problem;

    /** For a template that is {@link Problem#BROKEN}. */
    public TemplateException(String message) {
        this(Problem.BROKEN, message);
    }

    public TemplateException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
