package io.herald.bench;

import io.herald.local.LocalCloud;
import io.herald.local.LocalSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Measures a local cloud: how much it accepts, how much it sends, how long one call takes. The
 * rounds of a figure and of its raw limit take turns, so that whatever else the machine does slows
 * both; the median of the rounds counts. At the end the database is asked whether what was answered
 * is there.
 */
public final class Bench implements Benchmark {
    // Notifications a second for one tenant: it is asked all the same, and never reached. The same
    // for what may wait on a lane: `accepted` never delivers.
    private static final String NO_LIMIT = "10000000";

    private final BenchSettings settings;
    private final InstantDelivery delivery = new InstantDelivery();

    public Bench(BenchSettings settings) {
        this.settings = settings;
    }

    @Override
    public LocalSettings on(LocalSettings others) {
        return withoutLimit(others)
                .withVariable("HERALD_SHARE_PER_SECOND", NO_LIMIT)
                .withVariable("HERALD_LANE_LEAST", NO_LIMIT);
    }

    /** Without the rate limit; the lanes are shared as ever. */
    LocalSettings withoutLimit(LocalSettings others) {
        return others.withHandlers(wrapped -> delivery.in(wrapped))
                .withVariable("HERALD_RATE_LIMIT_PER_SECOND", NO_LIMIT)
                .withVariable("HERALD_RATE_LIMIT_BURST", NO_LIMIT);
    }

    InstantDelivery delivery() {
        return delivery;
    }

    /** Measures {@code accepted}, {@code sent}, and three percentiles of {@code post}. */
    @Override
    public List<Measurement> run(LocalCloud cloud, Consumer<String> progress)
            throws InterruptedException {
        progress.accept("Making users");
        var tenant = LoadTenant.in(cloud, "bench");
        var nobody = UUID.randomUUID();
        var requests = new Requests(cloud.url(), tenant.key(), settings);
        var servers = cloud.servers();
        try (var ledger = new Ledger(servers.postgres());
                var lane = new RawLane(servers.kafka().bootstrapServers());
                var herald = new HeraldSide(cloud.url(), requests, settings, delivery);
                var raw = new RawSide(ledger, lane, nobody, new SecureRandom(), settings.batch())) {
            ledger.requireDurable();
            herald.prepare();
            var rounds = new Rounds(settings, herald, raw, progress);
            var sent = rounds.sent();
            var post = rounds.post();
            progress.accept("Counting what was sent");
            Rounds.awaitSent(herald, herald.accepted());
            ledger.awaitPublished(tenant.id());
            check("accepted", herald.accepted(), ledger.stored(tenant.id()));
            checkSent(ledger.delivered(tenant.id()), herald.accepted());
            check("sent for the raw limit", raw.sent(), ledger.delivered(nobody).sent());

            // Last, since what is accepted now is never sent.
            cloud.pausePoller(InstantDelivery.FUNCTION);
            var accepted = rounds.accepted();
            progress.accept("Counting what was accepted");
            ledger.awaitPublished(tenant.id());
            check("accepted", herald.accepted(), ledger.stored(tenant.id()));
            check("stored for the raw limit", raw.accepted(), ledger.stored(nobody));

            var all = new ArrayList<>(List.of(accepted, sent));
            all.addAll(post);
            return all;
        } catch (SQLException | IOException e) {
            throw new BenchException("The measurement broke off: " + e.getMessage(), e);
        }
    }

    /** Everything was claimed once, handed over once, and sent. */
    private void checkSent(Ledger.Delivered counts, long answered) {
        check("accepted and claimed", answered, counts.claimed());
        check("accepted and handed over", answered, delivery.handedOver());
        check("accepted and sent", answered, counts.sent());
    }

    static void check(String what, long counted, long stored) {
        if (counted != stored) {
            throw new BenchException(
                    "%d were %s, and there are %d.".formatted(counted, what, stored));
        }
    }
}
