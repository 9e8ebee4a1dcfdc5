package io.herald.receipt;

/**
 * What of a call is signed, and how, in the form of Standard Webhooks 1.0.
 *
 * @param id the header {@code webhook-id}
 * @param timestamp the header {@code webhook-timestamp}
 * @param signature the header {@code webhook-signature}: one or several
 */
public record SignedCall(String id, String timestamp, String signature, byte[] body) {}
