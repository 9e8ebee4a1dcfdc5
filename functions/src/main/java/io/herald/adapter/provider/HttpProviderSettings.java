package io.herald.adapter.provider;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that speaks the provider protocol, and who mail is from.
 *
 * @param url what the paths of the protocol are added to, with or without a slash at its end
 * @param key what Herald says to be let in
 * @param secret what the gateway signs receipts with, {@code whsec_} and base64; null when it sends
 *     none
 * @param from an address, perhaps with a name before it
 * @param bulk the most messages of one call; 1 to 1,000
 */
public record HttpProviderSettings(
        URI url, String key, @Nullable String secret, String from, int bulk) {

    /** Without key and secret. */
    @Override
    public String toString() {
        return url.toString();
    }
}
