package io.herald.receipt;

/** An account with a provider, as far as the provider calls back. */
@FunctionalInterface
public interface Connection {

    /** Whether the call was made by who knows the connection's secret, and not long ago. */
    boolean hasSigned(SignedCall call);
}
