package io.herald.api.http;

import io.herald.limit.RateLimit;
import io.herald.limit.RateLimiter;
import io.herald.limit.RateLimiter.Taking;
import io.herald.notification.TenantId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Charges one call to its tenant, and says in the answer what is left, by the fields RateLimit and
 * RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers-10 (sections 3 and 4). Its quota units
 * are notifications; a call that sends none counts as one. While nobody can count, RateLimit is
 * left out.
 *
 * <p>{@code t} is how long until the bucket is full again; of a call that was refused, how long
 * until there is enough for it, for Retry-After may not come before {@code t} (section 6).
 */
public final class Meter {
    private static final String POLICY = "\"default\"";

    private final RateLimiter limiter;
    private final RateLimit limit;
    private final TenantId tenant;
    private @Nullable Taking taking;

    public Meter(RateLimiter limiter, RateLimit limit, TenantId tenant) {
        this.limiter = limiter;
        this.limit = limit;
        this.tenant = tenant;
    }

    /**
     * Charges the call, once.
     *
     * @param cost in notifications, 1 or more
     * @throws ProblemException 429 when it is more than is left; 503 when nobody can say and the
     *     limit is set so that then nobody is served
     */
    public void charge(int cost) {
        if (taking != null) {
            throw new IllegalStateException("a call is charged once");
        }
        taking = limiter.take(tenant, cost);
        switch (taking) {
            case Taking.Allowed _ -> {}
            case Taking.Refused(_, var retryAfter) ->
                    throw new ProblemException(
                            Problem.of(
                                            Problem.Type.RATE_LIMITED,
                                            "This call costs %d, which is more than is left now; nothing was done. See Retry-After."
                                                    .formatted(cost))
                                    .with("Retry-After", seconds(retryAfter)));
            case Taking.Unknown() -> {
                switch (limit.withoutCount()) {
                    case OPEN -> {}
                    case CLOSED ->
                            throw new ProblemException(
                                    Problem.of(
                                                    Problem.Type.UNAVAILABLE,
                                                    "Calls cannot be counted now, so none is"
                                                            + " served; nothing was done.")
                                            .with("Retry-After", "1"));
                }
            }
        }
    }

    /** Charges 1 for a call that ended before its cost was counted. */
    public void chargeIfNot() {
        if (taking == null) {
            charge(1);
        }
    }

    /** The answer with what it must say of the limit. */
    public HttpResponse addTo(HttpResponse response) {
        var headers = new LinkedHashMap<>(response.headers());
        headers.putAll(headers());
        return new HttpResponse(response.status(), headers, response.body());
    }

    private Map<String, String> headers() {
        var headers = new LinkedHashMap<String, String>();
        headers.put(
                "RateLimit-Policy",
                "%s;q=%d;w=%d".formatted(POLICY, limit.burst(), limit.window().toSeconds()));
        switch (taking) {
            case Taking.Allowed(var remaining, var untilFull) ->
                    headers.put("RateLimit", state(remaining, untilFull));
            case Taking.Refused(var remaining, var retryAfter) ->
                    headers.put("RateLimit", state(remaining, retryAfter));
            case Taking.Unknown() -> {}
            case null -> {}
        }
        return headers;
    }

    private static String state(long remaining, Duration untilMore) {
        return "%s;r=%d;t=%s".formatted(POLICY, remaining, seconds(untilMore));
    }

    private static String seconds(Duration duration) {
        return String.valueOf(Math.ceilDiv(duration.toNanos(), 1_000_000_000L));
    }
}
