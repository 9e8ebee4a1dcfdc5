package io.herald.adapter.provider;

import java.util.Optional;

/** How a call of the provider protocol ended. */
sealed interface ProviderAnswer {

    /** With an answer. */
    record Answered(int status, Optional<String> retryAfter, byte[] body)
            implements ProviderAnswer {}

    /** Before anything of its messages had been sent: there was no connection. */
    record NotSent() implements ProviderAnswer {}

    /** Without an answer in time, or with one that was cut off or too long. */
    record Silent() implements ProviderAnswer {}
}
