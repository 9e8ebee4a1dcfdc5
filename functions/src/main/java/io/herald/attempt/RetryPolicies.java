package io.herald.attempt;

import static java.util.Objects.requireNonNull;

import io.herald.notification.Channel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Each channel's policy.
 *
 * @param policies one for every channel
 */
public record RetryPolicies(Map<Channel, RetryPolicy> policies) {

    /**
     * Mail servers put off for hours what they do not know, and so do endpoints that are being
     * repaired: within a day they are asked again and again, ever more rarely. The inbox is our own
     * store, which is back within minutes or nothing works.
     */
    public static final RetryPolicies DEFAULT =
            new RetryPolicies(
                    Map.of(
                            Channel.EMAIL,
                            new RetryPolicy(
                                    16,
                                    Duration.ofSeconds(5),
                                    Duration.ofHours(1),
                                    Duration.ofDays(1)),
                            Channel.WEBHOOK,
                            new RetryPolicy(
                                    16,
                                    Duration.ofSeconds(5),
                                    Duration.ofHours(2),
                                    Duration.ofDays(1)),
                            Channel.INBOX,
                            new RetryPolicy(
                                    10,
                                    Duration.ofSeconds(1),
                                    Duration.ofMinutes(1),
                                    Duration.ofDays(1))));

    public RetryPolicies {
        policies = Map.copyOf(policies);
        for (var channel : Channel.values()) {
            if (!policies.containsKey(channel)) {
                throw new IllegalArgumentException("no policy for " + channel);
            }
        }
    }

    /** One policy for every channel. */
    public static RetryPolicies alike(RetryPolicy policy) {
        return new RetryPolicies(
                Arrays.stream(Channel.values())
                        .collect(Collectors.toMap(channel -> channel, _ -> policy)));
    }

    public RetryPolicy of(Channel channel) {
        return requireNonNull(policies.get(channel));
    }
}
