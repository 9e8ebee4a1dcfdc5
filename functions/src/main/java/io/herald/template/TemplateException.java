package io.herald.template;

/**
 * A template that cannot be compiled, or not be rendered with a payload. The message is for the
 * tenant.
 */
public final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;

    public TemplateException(String message) {
        super(message);
    }
}
