package io.herald.tenant;

/** What a key may do. */
public enum Scope {
    SEND,
    READ,
    MANAGE
}
