package io.herald.notification;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/** An application that sends. Every row and every cache key belongs to one. */
public record TenantId(UUID value) {
    public TenantId {
        requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
