package io.herald.limit;

import io.herald.notification.TenantId;
import java.time.Duration;

/** The buckets of all tenants; see {@link RateLimit}. No two tenants share one. */
@FunctionalInterface
public interface RateLimiter {

    /**
     * Takes tokens from a tenant's bucket: all of them, or none when there are not as many.
     *
     * @param cost how many, from 1 to what the bucket holds
     */
    Taking take(TenantId tenant, int cost);

    /** What came of it. */
    sealed interface Taking {

        /**
         * The tokens were taken.
         *
         * @param remaining whole tokens that are left
         * @param untilFull how long until the bucket is full again, when nothing more is taken
         */
        record Allowed(long remaining, Duration untilFull) implements Taking {}

        /**
         * There were not as many, and none was taken.
         *
         * @param remaining whole tokens that are there
         * @param retryAfter how long until there are as many, when nothing else is taken
         */
        record Refused(long remaining, Duration retryAfter) implements Taking {}

        /** The count is out of reach; the tokens may have been taken or not. */
        record Unknown() implements Taking {}
    }
}
