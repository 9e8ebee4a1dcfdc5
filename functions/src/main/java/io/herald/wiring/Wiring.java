package io.herald.wiring;

import io.herald.lambda.Api;
import java.util.Map;

/** Builds what the handlers need. */
public final class Wiring {
    public Wiring(Map<String, String> environment) {}

    /** The HTTP API. */
    public Api api() {
        throw new UnsupportedOperationException();
    }
}
