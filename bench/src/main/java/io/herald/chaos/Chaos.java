package io.herald.chaos;

import static java.util.stream.Collectors.toSet;

import io.herald.bench.BenchException;
import io.herald.bench.LoadTenant;
import io.herald.local.LocalCloud;
import io.herald.local.LocalSettings;
import io.herald.local.outside.HandedOver;
import io.herald.local.outside.ProviderFaults;
import io.herald.notification.NotificationId;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Load over HTTP on an isolated stack, while processes are killed and frozen and the provider does
 * what providers do; and then the audit.
 */
public final class Chaos {
    static final String TEMPLATE = "order-shipped";
    static final String ONCE = "once";

    private static final int CALLERS = 6;
    private static final Duration TICKS = Duration.ofSeconds(10);
    private static final Duration HANG = Duration.ofSeconds(4);
    private static final Duration SETTLING = Duration.ofMinutes(5);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final ChaosSettings settings;

    public Chaos(ChaosSettings settings) {
        this.settings = settings;
    }

    /** The settings of a local cloud to do this to; nothing else may call that one. */
    public LocalSettings on(LocalSettings others) {
        return others.inJvmsOfTheirOwn()
                .withStandInProvider()
                // Two, so that a batch that comes again may meet the worker that has it in hand.
                .withConcurrency("deliver-email", 2)
                // A run that was killed is missed for seconds and not for a minute.
                .withRate("ticker", TICKS)
                .withVariable("HERALD_DELIVERY_LEASE", "PT8S")
                .withVariable("HERALD_PROVIDER_TIMEOUT", "PT2S")
                .withVariable("HERALD_RETRY_BASE", "PT0.5S")
                .withVariable("HERALD_RETRY_CAP", "PT5S")
                .withVariable("HERALD_OUTBOX_GRACE", "PT1S")
                .withVariable("HERALD_LOOK_AGAIN_AFTER", "PT20S");
    }

    /**
     * @param cloud started with settings of {@link #on}, and ready
     * @param progress is told what goes on, in a few words
     * @throws BenchException when it could not be carried out
     */
    public ChaosReport run(LocalCloud cloud, Consumer<String> progress)
            throws InterruptedException {
        progress.accept("Making persons");
        var begin = System.nanoTime();
        var tenant = LoadTenant.in(cloud, "chaos");
        var promises = new Promises();
        var pace = new Pace(settings.notifications(), settings.kills());
        try (var api = new Api(cloud.url(), tenant.key())) {
            prepare(api);
            var callers = new ArrayList<Caller>();
            for (int number = 0; number < CALLERS; number++) {
                callers.add(
                        new Caller(
                                number,
                                api,
                                cloud.provider().webhooks(),
                                promises,
                                pace,
                                Clock.systemUTC(),
                                settings.seed()));
            }
            Together.run(callers.stream().<Together.Step>map(caller -> caller::prepare).toList());
            cloud.provider().behaves(faults(settings.seed()));
            var harm = new Harm(cloud, pace, settings.betweenKills(), settings.seed(), progress);
            var ends = System.nanoTime() + settings.limit().toNanos();
            var steps = new ArrayList<Together.Step>();
            callers.forEach(caller -> steps.add(caller::run));
            steps.add(() -> {
                harm.run(settings.kills(), ends);
                while (!pace.isOver() && System.nanoTime() - ends < 0) {
                    Thread.sleep(LOOK_EVERY);
                }
                pace.end();
            });
            Together.run(steps);
            var stories = new Stories(cloud.servers().postgres(), tenant.id());
            settle(stories, progress);
            cloud.provider().behaves(ProviderFaults.NONE.withReceipts(receipts()));
            var byHand = new ByHand(api, stories.read());
            byHand.replay();
            byHand.resolve(takings(cloud).stream().map(Taking::notification).collect(toSet()));
            settle(stories, progress);
            var took = Duration.ofNanos(System.nanoTime() - begin);
            progress.accept("Holding the records against each other");
            return Audit.of(
                    promises.all(),
                    takings(cloud),
                    stories.read(),
                    Publications.firstOffsets(cloud.servers().kafka().bootstrapServers()),
                    harm.damage(cloud.provider().counts().calls().toString(), took));
        } catch (SQLException e) {
            throw new BenchException("The audit broke off: " + e.getMessage(), e);
        }
    }

    private static void prepare(Api api) throws InterruptedException {
        Caller.requireThere(
                api.call(
                        "PUT",
                        "/v1/templates/" + TEMPLATE,
                        """
                        {"email": {"subject": "Order {{n}} has shipped", "text": "It is on its way."},
                         "webhook": {"type": "order.shipped"},
                         "inbox": {"title": "Order {{n}} has shipped"}}\
                        """,
                        ""));
        Caller.requireThere(
                api.call("PUT", "/v1/categories/" + ONCE, "{\"guarantee\": \"atMostOnce\"}", ""));
    }

    /** Waits until all has come to an end; when for minutes none more has, the rest is lost. */
    private static void settle(Stories stories, Consumer<String> progress)
            throws InterruptedException, SQLException {
        long fewest = Long.MAX_VALUE;
        var ends = System.nanoTime();
        for (long open = stories.open(); open > 0; open = stories.open()) {
            if (open < fewest) {
                fewest = open;
                ends = System.nanoTime() + SETTLING.toNanos();
            } else if (System.nanoTime() - ends > 0) {
                return;
            }
            progress.accept("Waiting for %d to come to an end".formatted(open));
            Thread.sleep(LOOK_EVERY);
        }
    }

    /** What providers do, more often than they do. */
    private static ProviderFaults faults(long seed) {
        return new ProviderFaults(
                seed,
                new ProviderFaults.Range(1, 40),
                0.03,
                1,
                0.02,
                0.01,
                0.02,
                0.01,
                HANG.toMillis(),
                0.01,
                receipts());
    }

    private static ProviderFaults.Receipts receipts() {
        return new ProviderFaults.Receipts(
                true, new ProviderFaults.Range(0, 3_000), 0.1, 0.1, 0.1, 0.02, 0.01);
    }

    private static List<Taking> takings(LocalCloud cloud) {
        var takings = new ArrayList<Taking>();
        cloud.provider()
                .record()
                .forEach(line -> {
                    if (line.taking() == HandedOver.Taking.ACCEPTED
                            || line.taking() == HandedOver.Taking.DUPLICATE) {
                        takings.add(
                                new Taking(
                                        NotificationId.parse(line.notification()),
                                        line.sequence(),
                                        line.attempt() == 0 ? null : line.attempt(),
                                        line.key(),
                                        Instant.ofEpochMilli(line.at())));
                    }
                });
        return takings;
    }
}
