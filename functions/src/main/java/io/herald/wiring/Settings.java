package io.herald.wiring;

import io.herald.adapter.provider.HttpProviderSettings;
import io.herald.adapter.provider.SmtpSettings;
import io.herald.attempt.RetryPolicies;
import io.herald.attempt.RetryPolicy;
import io.herald.limit.RateLimit;
import io.herald.notification.Channel;
import io.herald.outbox.LaneRoom;
import io.herald.outbox.LaneShares;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a stage sets, parsed once. Every name begins with {@code HERALD_}; durations are ISO 8601,
 * such as {@code PT30S}.
 *
 * @param publicUrl where callers reach the API ({@code HERALD_PUBLIC_URL}), without a slash at its
 *     end; null when that is where API Gateway says, which holds unless something stands before it
 * @param rateLimit of each tenant, in notifications: by default {@code
 *     HERALD_RATE_LIMIT_PER_SECOND} is 1,000, {@code HERALD_RATE_LIMIT_BURST} is 10,000, and
 *     without Redis nobody is limited ({@code HERALD_RATE_LIMIT_WITHOUT_REDIS}: open or closed)
 * @param retention how long a notification is kept, and so how far ahead it may be scheduled: by
 *     default {@code HERALD_RETENTION} is 84 days
 * @param mailGateway null where mail goes by SMTP or not at all; never beside {@code smtp}
 */
public record Settings(
        Database database,
        Kafka kafka,
        @Nullable URI redis,
        @Nullable SmtpSettings smtp,
        @Nullable HttpProviderSettings mailGateway,
        Set<String> allowedWebhookTargets,
        Delivery delivery,
        Outbox outbox,
        Lanes lanes,
        @Nullable URI publicUrl,
        RateLimit rateLimit,
        Duration retention) {

    /**
     * Postgres.
     *
     * @param pool connections for one environment
     */
    public record Database(String url, String user, String password, int pool) {}

    /**
     * Kafka.
     *
     * @param partitions of each lane; counts only when a topic is made
     */
    public record Kafka(String bootstrapServers, int partitions, int replication) {}

    /**
     * How attempts are made.
     *
     * @param lease how long a claim holds
     * @param providerTimeout the longest one hand-over may take
     * @param parallel how many hand-overs one invocation has under way
     * @param retries by default those of {@link RetryPolicies#DEFAULT}; {@code
     *     HERALD_RETRY_ATTEMPTS}, {@code _BASE}, {@code _CAP} and {@code _AGE} change them for all
     *     channels, and with a channel behind, as in {@code HERALD_RETRY_BASE_EMAIL}, for that one
     */
    public record Delivery(
            Duration lease, Duration providerTimeout, int parallel, RetryPolicies retries) {}

    /**
     * How acceptance reaches Kafka.
     *
     * @param publishBudget the longest a call waits for Kafka
     * @param grace how long an accepted submission's row is left to the call itself
     * @param lookAgainAfter when what was published and never claimed is taken up again
     */
    public record Outbox(Duration publishBudget, Duration grace, Duration lookAgainAfter) {}

    /**
     * How tenants share a lane.
     *
     * @param share of one tenant, of each environment of the API: by default {@code
     *     HERALD_SHARE_PER_SECOND} is 5,000 notifications, {@code HERALD_SHARE_BURST} a second of
     *     them, and {@code HERALD_SHARE_WHEN_CONGESTED} a fiftieth
     * @param bounds of what waits in Kafka: by default {@code HERALD_LANE_AHEAD} is what a lane
     *     delivers in two seconds, and {@code HERALD_LANE_LEAST} 200 records, two batches
     */
    public record Lanes(LaneShares.Share share, LaneRoom.Bounds bounds) {}

    /**
     * @throws IllegalArgumentException naming every setting that is missing or cannot be read
     */
    public static Settings parse(Map<String, String> environment) {
        var reader = new Reader(environment);
        var settings =
                new Settings(
                        new Database(
                                reader.required("DATABASE_URL"),
                                reader.required("DATABASE_USER"),
                                reader.text("DATABASE_PASSWORD", ""),
                                reader.number("DATABASE_POOL", 2)),
                        new Kafka(
                                reader.required("KAFKA_BOOTSTRAP"),
                                reader.number("KAFKA_PARTITIONS", 20),
                                reader.number("KAFKA_REPLICATION", 1)),
                        reader.uri("REDIS_URI"),
                        smtp(reader),
                        mailGateway(reader),
                        Arrays.stream(reader.text("WEBHOOK_ALLOWED", "").split(",", -1))
                                .map(String::strip)
                                .filter(target -> !target.isEmpty())
                                .collect(Collectors.toUnmodifiableSet()),
                        new Delivery(
                                reader.duration("DELIVERY_LEASE", Duration.ofSeconds(30)),
                                reader.duration("PROVIDER_TIMEOUT", Duration.ofSeconds(5)),
                                reader.number("DELIVERY_PARALLEL", 50),
                                retries(reader)),
                        new Outbox(
                                reader.duration("PUBLISH_BUDGET", Duration.ofMillis(500)),
                                reader.duration("OUTBOX_GRACE", Duration.ofSeconds(5)),
                                reader.duration("LOOK_AGAIN_AFTER", Duration.ofMinutes(10))),
                        new Lanes(
                                new LaneShares.Share(
                                        reader.number("SHARE_PER_SECOND", 5_000),
                                        reader.duration("SHARE_BURST", Duration.ofSeconds(1)),
                                        reader.number("SHARE_WHEN_CONGESTED", 50)),
                                new LaneRoom.Bounds(
                                        reader.duration("LANE_AHEAD", Duration.ofSeconds(2)),
                                        reader.number("LANE_LEAST", 200))),
                        publicUrl(reader),
                        rateLimit(reader),
                        reader.duration("RETENTION", Duration.ofDays(84)));
        var delivery = settings.delivery();
        if (delivery.lease().compareTo(delivery.providerTimeout()) <= 0) {
            reader.problem("HERALD_DELIVERY_LEASE is longer than HERALD_PROVIDER_TIMEOUT");
        }
        if (settings.smtp() != null && settings.mailGateway() != null) {
            reader.problem("either HERALD_SMTP_HOST or HERALD_EMAIL_PROVIDER_URL is set, not both");
        }
        reader.complain();
        return settings;
    }

    private static @Nullable URI publicUrl(Reader reader) {
        var url = reader.text("PUBLIC_URL", "");
        // One that has more parts than these cannot have a path put after it.
        if (!url.isEmpty() && !url.matches("https?://[^/?#\\s\"]+(/[^/?#\\s\"]+)*")) {
            reader.problem(
                    "HERALD_PUBLIC_URL is an http or https URL without a slash at its end, such as"
                            + " https://api.example.com/prod");
            return null;
        }
        return reader.uri("PUBLIC_URL");
    }

    private static RetryPolicies retries(Reader reader) {
        var policies = new EnumMap<Channel, RetryPolicy>(Channel.class);
        for (var channel : Channel.values()) {
            var usual = RetryPolicies.DEFAULT.of(channel);
            var own = "_" + channel.name();
            policies.put(
                    channel,
                    new RetryPolicy(
                            reader.number(
                                    "RETRY_ATTEMPTS" + own,
                                    reader.number("RETRY_ATTEMPTS", usual.maxAttempts())),
                            reader.duration(
                                    "RETRY_BASE" + own,
                                    reader.duration("RETRY_BASE", usual.base())),
                            reader.duration(
                                    "RETRY_CAP" + own, reader.duration("RETRY_CAP", usual.cap())),
                            reader.duration(
                                    "RETRY_AGE" + own,
                                    reader.duration("RETRY_AGE", usual.maxAge()))));
        }
        return new RetryPolicies(policies);
    }

    private static RateLimit rateLimit(Reader reader) {
        int burst = reader.number("RATE_LIMIT_BURST", 10_000);
        if (burst < RateLimit.MIN_BURST) {
            reader.problems.add(
                    "HERALD_RATE_LIMIT_BURST is at least %d, which a full batch costs"
                            .formatted(RateLimit.MIN_BURST));
        }
        return new RateLimit(
                reader.number("RATE_LIMIT_PER_SECOND", 1_000),
                Math.max(burst, RateLimit.MIN_BURST),
                withoutRedis(reader));
    }

    private static RateLimit.WithoutCount withoutRedis(Reader reader) {
        var name = "RATE_LIMIT_WITHOUT_REDIS";
        return switch (reader.text(name, "open")) {
            case "open" -> RateLimit.WithoutCount.OPEN;
            case "closed" -> {
                if (reader.uri("REDIS_URI") == null) {
                    reader.problems.add(
                            "HERALD_" + name + " is open, or HERALD_REDIS_URI says where Redis is");
                }
                yield RateLimit.WithoutCount.CLOSED;
            }
            default -> {
                reader.problems.add("HERALD_" + name + " is open or closed");
                yield RateLimit.WithoutCount.OPEN;
            }
        };
    }

    private static @Nullable SmtpSettings smtp(Reader reader) {
        var host = reader.text("SMTP_HOST", "");
        if (host.isEmpty()) {
            return null;
        }
        var user = reader.text("SMTP_USER", "");
        return new SmtpSettings(
                host,
                reader.number("SMTP_PORT", 587),
                user.isEmpty() ? null : user,
                user.isEmpty() ? null : reader.text("SMTP_PASSWORD", ""),
                reader.yesOrNo("SMTP_STARTTLS", true),
                reader.required("MAIL_FROM"),
                reader.text("SMTP_HELLO", "herald"),
                reader.number("SMTP_CONNECTIONS", 10));
    }

    private static @Nullable HttpProviderSettings mailGateway(Reader reader) {
        var url = reader.uri("EMAIL_PROVIDER_URL");
        if (url == null) {
            return null;
        }
        if (!isConfidential(url)) {
            reader.problem("HERALD_EMAIL_PROVIDER_URL is an https URL, or an http URL to loopback");
        }
        int bulk = reader.number("EMAIL_PROVIDER_BULK", 100);
        if (bulk > 1_000) {
            reader.problem("HERALD_EMAIL_PROVIDER_BULK is 1,000 at most");
        }
        var secret = reader.text("EMAIL_PROVIDER_SECRET", "");
        if (!secret.matches(
                "(whsec_([A-Za-z0-9+/]{4}){6,}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)?")) {
            reader.problem("HERALD_EMAIL_PROVIDER_SECRET is whsec_ and base64 of 18 bytes or more");
        }
        return new HttpProviderSettings(
                url,
                reader.required("EMAIL_PROVIDER_KEY"),
                secret.isEmpty() ? null : secret,
                reader.required("MAIL_FROM"),
                bulk);
    }

    /** The key goes with every call, and so does what the mail says. */
    private static boolean isConfidential(URI url) {
        return switch (String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT)) {
            case "https" -> url.getHost() != null;
            case "http" ->
                    Set.of("127.0.0.1", "[::1]", "localhost")
                            .contains(String.valueOf(url.getHost()));
            default -> false;
        };
    }

    /** Reads settings and collects what is wrong with them, to say it all at once. */
    private static final class Reader {
        private final Map<String, String> environment;
        private final Set<String> problems = new TreeSet<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        String text(String name, String otherwise) {
            return environment.getOrDefault("HERALD_" + name, otherwise);
        }

        String required(String name) {
            var value = text(name, "");
            if (value.isBlank()) {
                problems.add("HERALD_" + name + " is missing");
            }
            return value;
        }

        int number(String name, int otherwise) {
            var value = text(name, "");
            if (value.isEmpty()) {
                return otherwise;
            }
            try {
                int number = Integer.parseInt(value);
                if (number > 0) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // Said below, as for a number out of range.
            }
            problems.add("HERALD_" + name + " is a whole number above 0");
            return otherwise;
        }

        Duration duration(String name, Duration otherwise) {
            var value = text(name, "");
            if (value.isEmpty()) {
                return otherwise;
            }
            try {
                return Duration.parse(value);
            } catch (java.time.format.DateTimeParseException _) {
                problems.add("HERALD_" + name + " is an ISO 8601 duration such as PT30S");
                return otherwise;
            }
        }

        boolean yesOrNo(String name, boolean otherwise) {
            return switch (text(name, String.valueOf(otherwise))) {
                case "true" -> true;
                case "false" -> false;
                default -> {
                    problems.add("HERALD_" + name + " is true or false");
                    yield otherwise;
                }
            };
        }

        @Nullable URI uri(String name) {
            var value = text(name, "");
            try {
                return value.isEmpty() ? null : URI.create(value);
            } catch (IllegalArgumentException _) {
                problems.add("HERALD_" + name + " is a URI");
                return null;
            }
        }

        void problem(String problem) {
            problems.add(problem);
        }

        void complain() {
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
        }
    }
}
