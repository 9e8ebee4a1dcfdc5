package io.herald.bench;

import io.herald.bench.Load.Volume;
import io.herald.local.LocalCloud;
import io.herald.local.LocalSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what one tenant's campaign costs itself and others: first with Kafka away while all of
 * it is submitted, then submitted as fast as it is accepted. Another tenant mails single persons
 * meanwhile, and before that alone.
 */
public final class Backlog implements Benchmark {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    private static final String PER_SECOND = "notifications/s";
    private static final double[] PERCENTILES = {50, 95, 99, 100};

    // Of the other's mail, which is not told apart from the campaign's while it is sent.
    private static final int UNDER_WAY = 50;

    // Nothing was sent for so long: it hangs.
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final BenchSettings settings;
    private final long notifications;
    private final Bench bench;
    private final List<Measurement> rows = new ArrayList<>();

    /**
     * @param settings of the rounds that the raw limits and the other tenant's mail alone are
     *     measured in
     * @param notifications of the campaign, in each of its two runs
     */
    public Backlog(BenchSettings settings, long notifications) {
        this.settings = settings;
        this.notifications = notifications;
        this.bench = new Bench(settings);
    }

    @Override
    public LocalSettings on(LocalSettings others) {
        return bench.withoutLimit(others);
    }

    /**
     * @return {@code away accepted} and {@code away drained}, and {@code flood sent}, beside the
     *     raw limits of the same servers; and how long the other tenant's mail took, from the call
     *     to its SENT, in each of both, beside the same with nobody else
     */
    @Override
    public List<Measurement> run(LocalCloud cloud, Consumer<String> progress)
            throws InterruptedException {
        progress.accept("Making users");
        var campaign = LoadTenant.in(cloud, "campaign");
        var other = LoadTenant.in(cloud, "other");
        var delivery = bench.delivery();
        var servers = cloud.servers();
        try (var ledger = new Ledger(servers.postgres());
                var lane = new RawLane(servers.kafka().bootstrapServers());
                var herald =
                        new HeraldSide(
                                cloud.url(),
                                new Requests(cloud.url(), campaign.key(), settings),
                                settings,
                                delivery);
                var mail = new SingleMail(cloud.url(), other, settings);
                var raw =
                        new RawSide(
                                ledger,
                                lane,
                                UUID.randomUUID(),
                                new SecureRandom(),
                                settings.batch())) {
            ledger.requireDurable();
            herald.prepare();
            mail.prepare();
            progress.accept("Warming up, and the raw limits");
            var rounds = new Rounds(settings, herald, raw, progress);
            rounds.sent(herald, settings.measurement());
            var rawAccepted = Load.saturate(raw.accepting(), settings.measurement());
            var rawSent = rounds.sent(raw, settings.measurement());

            progress.accept("The other tenant alone");
            mail.begin();
            Thread.sleep(settings.measurement());
            var alone = mail.end(ledger);

            progress.accept("Kafka is away");
            servers.kafka().stop();
            var away = Load.atLeast(herald.submitting(), notifications);
            rate("away accepted", away, rawAccepted);
            servers.kafka().restart();
            mail.begin();
            long start = System.nanoTime();
            awaitSent(herald, mail, "Kafka is back", progress);
            rate("away drained", new Volume(away.count(), System.nanoTime() - start), rawSent);
            latencies("away other", mail.end(ledger), alone);

            progress.accept("A flood");
            mail.begin();
            start = System.nanoTime();
            var flood = Load.atLeast(herald.submitting(), notifications);
            awaitSent(herald, mail, "The flood", progress);
            rate("flood sent", new Volume(flood.count(), System.nanoTime() - start), rawSent);
            latencies("flood other", mail.end(ledger), alone);

            progress.accept("Counting what was sent");
            Rounds.awaitSent(herald, herald.accepted() + mail.accepted());
            ledger.awaitPublished(campaign.id());
            Bench.check("accepted", herald.accepted(), ledger.stored(campaign.id()));
            var delivered = ledger.delivered(campaign.id());
            Bench.check("accepted and claimed", herald.accepted(), delivered.claimed());
            Bench.check("accepted and sent", herald.accepted(), delivered.sent());
            Bench.check(
                    "accepted and handed over",
                    herald.accepted() + mail.accepted(),
                    delivery.handedOver());
            return List.copyOf(rows);
        } catch (SQLException | IOException e) {
            throw new BenchException("The measurement broke off: " + e.getMessage(), e);
        }
    }

    /** Waits until the campaign is sent, while the other's mail goes on. */
    private static void awaitSent(
            HeraldSide herald, SingleMail mail, String what, Consumer<String> progress) {
        long sent = -1;
        long since = System.nanoTime();
        while (true) {
            long now = herald.sent() - mail.accepted();
            if (now + UNDER_WAY >= herald.accepted()) {
                return;
            }
            if (now / 10_000 != sent / 10_000) {
                progress.accept("%s: %d to go".formatted(what, herald.accepted() - now));
            }
            if (now != sent) {
                sent = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > PATIENCE.toNanos()) {
                throw new BenchException(
                        "Of %d that were accepted %d were sent, and no more in %d s."
                                .formatted(herald.accepted(), now, PATIENCE.toSeconds()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void rate(String name, Volume herald, Volume raw) {
        LOG.info("{}: {}", name, herald);
        rows.add(new Measurement(name, herald.perSecond(), PER_SECOND, raw.perSecond()));
    }

    private void latencies(String name, long[] herald, long[] alone) {
        LOG.info("{}: {} mails", name, herald.length);
        for (var percentile : PERCENTILES) {
            rows.add(
                    new Measurement(
                            name,
                            Rounds.percentile(herald, percentile) / 1e6,
                            percentile == 100 ? "ms max" : "ms P%.0f".formatted(percentile),
                            Rounds.percentile(alone, percentile) / 1e6));
        }
    }
}
