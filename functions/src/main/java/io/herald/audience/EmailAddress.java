package io.herald.audience;

import java.net.IDN;
import java.util.regex.Pattern;

/**
 * An e-mail address in the form that mail servers take everywhere: a dot-atom (RFC 5321, section
 * 4.1.2, so no quoted local part and no comment), one {@code @}, and a domain name of two labels or
 * more, which may be internationalized.
 *
 * @param localPart 1 to 64 ASCII characters
 * @param domain as it was given
 */
public record EmailAddress(String localPart, String domain) {
    private static final int MAX_LENGTH = 254;
    private static final int MAX_LOCAL_PART = 64;
    private static final int MAX_DOMAIN = 253;
    private static final Pattern DOT_ATOM =
            Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*");
    private static final Pattern DOMAIN =
            Pattern.compile("([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9-]{1,63}");
    private static final Pattern DIGITS = Pattern.compile(".*\\.[0-9]+");

    /**
     * @throws IllegalArgumentException with words for the tenant, when the text is not an address
     */
    public static EmailAddress parse(String text) {
        // Before anything is matched, so that a long text costs nothing.
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("must have at most 254 characters");
        }
        if (text.codePoints().anyMatch(EmailAddress::isInvisible)) {
            throw new IllegalArgumentException("must not contain spaces or control characters");
        }
        int at = text.indexOf('@');
        if (at < 0 || at != text.lastIndexOf('@')) {
            throw new IllegalArgumentException("must have exactly one @");
        }
        var localPart = text.substring(0, at);
        if (localPart.length() > MAX_LOCAL_PART) {
            throw new IllegalArgumentException("must have at most 64 characters before the @");
        }
        if (!DOT_ATOM.matcher(localPart).matches()) {
            throw new IllegalArgumentException(
                    "must have letters, digits and !#$%&'*+-/=?^_`{|}~ before the @, with single"
                            + " dots between them");
        }
        var address = new EmailAddress(localPart, text.substring(at + 1));
        if (address.ascii().length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "must have at most 254 characters, counting its domain in ASCII");
        }
        return address;
    }

    /** The address with its domain in ASCII (RFC 5891), as a mail server takes it. */
    public String ascii() {
        return localPart + "@" + asciiDomain();
    }

    private String asciiDomain() {
        String ascii;
        try {
            ascii = IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES);
        } catch (IllegalArgumentException _) {
            throw notADomain();
        }
        if (ascii.length() > MAX_DOMAIN
                || !DOMAIN.matcher(ascii).matches()
                || DIGITS.matcher(ascii).matches()) {
            throw notADomain();
        }
        return ascii;
    }

    private static IllegalArgumentException notADomain() {
        return new IllegalArgumentException(
                "must have a domain name after the @, such as example.com");
    }

    private static boolean isInvisible(int codePoint) {
        return Character.isWhitespace(codePoint)
                || Character.isSpaceChar(codePoint)
                || Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.FORMAT;
    }

    /** Masked, so that an address never gets into a log. */
    @Override
    public String toString() {
        return "***@" + domain;
    }
}
