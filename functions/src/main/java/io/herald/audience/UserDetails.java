package io.herald.audience;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What a tenant says of a user; the fields are those of {@link User}. */
public record UserDetails(
        @Nullable String email,
        @Nullable String webhookUrl,
        @Nullable String locale,
        @Nullable String timezone,
        ObjectNode attributes) {}
