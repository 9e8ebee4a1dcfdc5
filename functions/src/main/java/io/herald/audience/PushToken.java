package io.herald.audience;

/**
 * Names a device, or rather an application on it, to a push provider.
 *
 * @param token in the form that the provider gives it
 */
public record PushToken(PushProvider provider, String token) {

    /** Masked: who has a token may, with the provider's key, send to the device. */
    @Override
    public String toString() {
        return provider.text() + ":***";
    }
}
