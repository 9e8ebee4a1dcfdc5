package io.herald.local.outside;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.herald.local.outside.ProviderFaults.Receipts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends receipts, signed as Standard Webhooks says, each again until it is taken. Those that wait
 * are lost when it is closed.
 */
final class ReceiptSender implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_IN_A_CALL = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final int DOUBLINGS = 6;

    private final Webhook signing;
    private final Clock clock;
    private final HttpClient client = HttpClient.newHttpClient();
    private final DelayQueue<Waiting> queue = new DelayQueue<>();
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final Thread sender;
    private volatile @Nullable URI target;

    /**
     * @param secret {@code whsec_} and base64
     */
    ReceiptSender(String secret, Clock clock) {
        this.signing = new Webhook(secret);
        this.clock = clock;
        this.sender = Thread.ofVirtual().name("receipts").start(this::run);
    }

    /** A receipt and when to send it. */
    private record Waiting(ObjectNode receipt, long due, int tries) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** From now on they go there. */
    void sendTo(URI callbacks) {
        target = callbacks;
    }

    /** How many are not taken yet. */
    long open() {
        return open.get();
    }

    /** How many were taken. */
    long taken() {
        return taken.get();
    }

    /** The receipts of what was accepted; returns when those that are early were sent. */
    void accepted(List<HandedOver> lines, Receipts how, SplittableRandom chance) {
        if (!how.on()) {
            return;
        }
        var early = new ArrayList<Waiting>();
        for (var line : lines) {
            for (var receipt : receiptsOf(line, how, chance)) {
                open.incrementAndGet();
                if (receipt.delayMillis() == 0) {
                    early.add(new Waiting(receipt.json(), System.nanoTime(), 0));
                } else {
                    queue.add(new Waiting(receipt.json(), nanosIn(receipt.delayMillis()), 0));
                }
            }
        }
        for (int i = 0; i < early.size(); i += MOST_IN_A_CALL) {
            send(early.subList(i, Math.min(early.size(), i + MOST_IN_A_CALL)));
        }
    }

    private record Planned(ObjectNode json, long delayMillis) {}

    private static List<Planned> receiptsOf(
            HandedOver line, Receipts how, SplittableRandom chance) {
        var kinds = new ArrayList<String>();
        kinds.add("sent");
        double fate = chance.nextDouble();
        kinds.add(fate < how.bounced() ? "bounced" : "delivered");
        if (fate >= how.bounced() && fate < how.bounced() + how.lateBounced()) {
            kinds.add("bounced");
        }
        boolean early = chance.nextDouble() < how.early();
        boolean reordered = chance.nextDouble() < how.reordered();
        boolean doubled = chance.nextDouble() < how.doubled();
        var delays =
                kinds.stream()
                        .map(_ -> early ? 0 : how.delayMillis().any(chance))
                        .sorted()
                        .toList();
        var planned = new ArrayList<Planned>();
        for (int i = 0; i < kinds.size(); i++) {
            var json = json(line, kinds.get(i), i);
            int place = reordered ? (i + 1) % kinds.size() : i;
            planned.add(new Planned(json, delays.get(place)));
            if (doubled) {
                planned.add(new Planned(json, how.delayMillis().any(chance)));
            }
        }
        planned.sort((one, other) -> Long.compare(one.delayMillis(), other.delayMillis()));
        return planned;
    }

    private static ObjectNode json(HandedOver line, String kind, int place) {
        var json =
                JSON.createObjectNode()
                        .put("tenant", line.tenant())
                        .put("notification", line.notification())
                        .put("attempt", line.attempt())
                        .put("kind", kind)
                        .put("at", Instant.ofEpochMilli(line.at() + place).toString())
                        .put("id", line.id());
        return kind.equals("bounced") ? json.put("reason", "mailbox_full") : json;
    }

    private void run() {
        try {
            while (true) {
                var due = new ArrayList<Waiting>();
                due.add(queue.take());
                queue.drainTo(due, MOST_IN_A_CALL - 1);
                send(due);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(List<Waiting> receipts) {
        if (isTaken(receipts)) {
            open.addAndGet(-receipts.size());
            taken.addAndGet(receipts.size());
            return;
        }
        for (var receipt : receipts) {
            long pause = FIRST_PAUSE_MILLIS << Math.min(receipt.tries(), DOUBLINGS);
            queue.add(new Waiting(receipt.receipt(), nanosIn(pause), receipt.tries() + 1));
        }
    }

    private boolean isTaken(List<Waiting> receipts) {
        var callbacks = target;
        if (callbacks == null) {
            return false;
        }
        var array = JSON.createArrayNode();
        receipts.forEach(each -> array.add(each.receipt()));
        var body = array.toString();
        var id = "receipts-" + UUID.randomUUID();
        long timestamp = clock.instant().getEpochSecond();
        try {
            var request =
                    HttpRequest.newBuilder(callbacks)
                            .timeout(TIMEOUT)
                            .header("Content-Type", "application/json")
                            .header("webhook-id", id)
                            .header("webhook-timestamp", Long.toString(timestamp))
                            .header("webhook-signature", signing.sign(id, timestamp, body))
                            .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8))
                            .build();
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status >= 200 && status < 300;
        } catch (IOException | WebhookSigningException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static long nanosIn(long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public void close() {
        sender.interrupt();
        client.shutdownNow();
    }
}
