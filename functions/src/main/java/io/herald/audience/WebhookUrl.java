package io.herald.audience;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a user's webhooks go: an absolute http or https URL (RFC 3986) with a host, without user
 * information or fragment. Whether the host is a public address is looked at when it is called,
 * because what a name stands for may change.
 *
 * @param value 1 to 2,048 ASCII characters
 */
public record WebhookUrl(URI value) {
    private static final int MAX_LENGTH = 2_048;
    private static final int MAX_PORT = 65_535;

    /**
     * @throws IllegalArgumentException with words for the tenant, when the text is not such a URL
     */
    public static WebhookUrl parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("must have at most 2048 characters");
        }
        if (!text.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
            throw new IllegalArgumentException(
                    "must consist of ASCII characters without spaces; percent-encode the others");
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException("must be a URL, such as https://example.com/hook");
        }
        var scheme = url.getScheme();
        if (scheme == null || !isHttp(scheme.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("must begin with https:// or http://");
        }
        if (url.getHost() == null || url.getPort() == 0 || url.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("must name a host, and a port of 1 to 65535 if any");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("must not contain a user name or password");
        }
        if (url.getRawFragment() != null) {
            throw new IllegalArgumentException("must not contain a fragment");
        }
        return new WebhookUrl(url);
    }

    private static boolean isHttp(String scheme) {
        return scheme.equals("http") || scheme.equals("https");
    }

    /** Masked: the path of a webhook URL is often its secret. */
    @Override
    public String toString() {
        return value.getScheme() + "://" + value.getHost() + "/***";
    }
}
