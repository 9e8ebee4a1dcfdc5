package io.herald.cli.endtoend;

import java.net.URI;
import java.util.Optional;

/**
 * What is tried.
 *
 * @param url of the API
 * @param key may send, read and manage
 * @param email an address that may get mail; without one no mail is sent
 * @param webhook a URL that answers 2xx; without one no webhook is sent
 */
public record Deployment(URI url, String key, Optional<String> email, Optional<String> webhook) {

    /** Without a slash at the end. */
    String address() {
        return url.toString().replaceFirst("/+$", "");
    }

    /** A key shows up in no log and no message. */
    @Override
    public String toString() {
        return "Deployment[" + url + "]";
    }
}
