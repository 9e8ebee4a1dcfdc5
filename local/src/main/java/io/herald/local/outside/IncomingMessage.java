package io.herald.local.outside;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A message as the provider protocol has it ({@code docs/provider-protocol.yaml}); fields it does
 * not know are refused.
 */
record IncomingMessage(
        String idempotencyKey,
        String from,
        String to,
        String subject,
        @Nullable String text,
        @Nullable String html,
        Arguments arguments) {

    IncomingMessage {
        requireNonNull(idempotencyKey, "idempotencyKey");
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        requireNonNull(subject, "subject");
        requireNonNull(arguments, "arguments");
        if (text == null && html == null) {
            throw new IllegalArgumentException("neither text nor html");
        }
    }

    Incoming incoming() {
        return new Incoming(
                idempotencyKey,
                arguments.notification(),
                arguments.attempt(),
                arguments.tenant(),
                arguments.user(),
                to);
    }

    /** What receipts give back. */
    record Arguments(String tenant, String notification, int attempt, @Nullable String user) {
        Arguments {
            requireNonNull(tenant, "tenant");
            requireNonNull(notification, "notification");
            if (attempt < 1) {
                throw new IllegalArgumentException("attempt " + attempt);
            }
        }
    }
}
