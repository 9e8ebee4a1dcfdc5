package io.herald.audience;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who carries push messages to a device, and what its tokens look like. */
public enum PushProvider {
    /** Apple's. Its tokens are bytes of no fixed number, commonly 32, written in hexadecimal. */
    APNS("apns", "[0-9A-Fa-f]{64,200}", "must have 64 to 200 hexadecimal digits"),

    /** Google's Firebase Cloud Messaging. */
    FCM(
            "fcm",
            "[A-Za-z0-9_:-]{1,4096}",
            "must have 1 to 4096 letters, digits, colons, hyphens and underscores");

    private final String text;
    private final Pattern token;
    private final String expected;

    PushProvider(String text, String token, String expected) {
        this.text = text;
        this.token = Pattern.compile(token);
        this.expected = expected;
    }

    /** Its name in the API. */
    public String text() {
        return text;
    }

    /**
     * @return empty when none has this name
     */
    public static Optional<PushProvider> ofText(String text) {
        return Arrays.stream(values()).filter(provider -> provider.text.equals(text)).findFirst();
    }

    /**
     * @return what is expected of a token, in words for the tenant; empty when it is right
     */
    public Optional<String> problemWith(String candidate) {
        return token.matcher(candidate).matches() ? Optional.empty() : Optional.of(expected);
    }
}
