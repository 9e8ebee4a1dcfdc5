package io.herald.adapter.libphonenumber;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import io.herald.audience.PhoneNumbers;
import java.util.regex.Pattern;

/**
 * Telephone numbers by the numbering plans of all countries. A plan is read at its first use, so
 * the first number of a country takes some milliseconds.
 */
public final class LibPhoneNumbers implements PhoneNumbers {
    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{1,14}");

    private final PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();

    @Override
    public void check(String text) {
        // Before it is parsed: the library takes much that is not E.164, such as letters.
        if (!E164.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "must be a telephone number in the form of E.164: + and the country's code, at"
                            + " most 15 digits in all, such as +43512507");
        }
        try {
            var number = numbers.parse(text, null);
            if (!numbers.isValidNumber(number)) {
                throw notGivenOut();
            }
            var canonical = numbers.format(number, PhoneNumberFormat.E164);
            // As with the zero that is dialled at home and not from abroad: +44 (0)20...
            if (!canonical.equals(text)) {
                throw new IllegalArgumentException("must be written as " + canonical);
            }
        } catch (NumberParseException _) {
            throw notGivenOut();
        }
    }

    private static IllegalArgumentException notGivenOut() {
        return new IllegalArgumentException(
                "must be a telephone number that its country may have given out");
    }
}
