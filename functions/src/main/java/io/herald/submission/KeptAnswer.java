package io.herald.submission;

import com.fasterxml.jackson.databind.JsonNode;

/** The answer to a request that was executed, kept to be given again. */
public record KeptAnswer(KeyedRequest request, JsonNode answer) {
    public IdempotencyKey key() {
        return request.key();
    }
}
