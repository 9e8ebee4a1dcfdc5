package io.herald.api.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The caller's trace (W3C Trace Context, section 3.2, version 00). */
public final class TraceContext {
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceContext() {}

    /**
     * @return null when there is none, or it is not well formed, which then is as if there was none
     */
    public static @Nullable String of(HttpRequest request) {
        var values = request.header("traceparent");
        return values.size() == 1 && TRACEPARENT.matcher(values.getFirst()).matches()
                ? values.getFirst()
                : null;
    }
}
