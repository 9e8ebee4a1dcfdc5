package io.herald.audience;

/** Knows which telephone numbers there can be. */
public interface PhoneNumbers {

    /**
     * Looks whether the text is a number in the form of E.164 that some country may have given out.
     *
     * @throws IllegalArgumentException with words for the tenant, when it is not
     */
    void check(String text);
}
