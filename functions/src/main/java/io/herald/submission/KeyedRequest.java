package io.herald.submission;

/**
 * A key, and what was asked for under it.
 *
 * @param fingerprint equal for equal requests, and for no others: a SHA-256 in hexadecimal
 */
public record KeyedRequest(IdempotencyKey key, String fingerprint) {}
