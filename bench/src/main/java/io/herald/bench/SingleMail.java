package io.herald.bench;

import io.herald.notification.NotificationId;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One tenant that mails one person after the other, ten a second, and wants to know how long each
 * mail took: from before the call until Herald recorded that it was sent.
 */
final class SingleMail implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final String ANSWER = "{\"data\":[{\"id\":\"";
    private static final int ID_LENGTH = 36;

    private final HttpConnection connection;
    private final LoadTenant tenant;
    private final Requests requests;
    private final List<byte[]> messages;
    private final Map<NotificationId, Instant> begun = new HashMap<>();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean ends;
    private @Nullable Thread thread;
    private int next;

    SingleMail(URI url, LoadTenant tenant, BenchSettings settings) throws IOException {
        this.connection = new HttpConnection(url);
        this.tenant = tenant;
        this.requests = new Requests(url, tenant.key(), settings);
        this.messages = requests.singles();
    }

    /** Makes the users and the template. */
    void prepare() throws IOException {
        HeraldSide.expect(connection, requests.template(), 201, "");
        for (var user : requests.users()) {
            HeraldSide.expect(connection, user, 201, "");
        }
    }

    /** How many were answered with 202, from the beginning on. */
    long accepted() {
        return accepted.get();
    }

    /** Begins to mail; the last run has ended. */
    void begin() {
        begun.clear();
        ends = false;
        thread = Thread.ofPlatform().name("bench-other").daemon().start(this::mail);
    }

    private void mail() {
        try {
            while (!ends) {
                var start = Instant.now();
                var answer =
                        HeraldSide.expect(
                                connection, messages.get(next++ % messages.size()), 202, ANSWER);
                var id = answer.substring(ANSWER.length(), ANSWER.length() + ID_LENGTH);
                begun.put(NotificationId.parse(id), start);
                accepted.incrementAndGet();
                var pause = Duration.between(Instant.now(), start.plus(EVERY));
                Thread.sleep(pause.isPositive() ? pause : Duration.ZERO);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure.set(e);
        }
    }

    /**
     * Ends, and waits until all was sent.
     *
     * @return how long each took, in nanoseconds, in ascending order
     * @throws BenchException when it broke off, or something is not sent
     */
    long[] end(Ledger ledger) throws InterruptedException, SQLException {
        ends = true;
        if (thread != null) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new BenchException("The other tenant's mail broke off.", failure.get());
        }
        var sent = ledger.awaitSent(tenant.id(), begun.keySet());
        return begun.entrySet().stream()
                .mapToLong(mail ->
                        Duration.between(mail.getValue(), sent.get(mail.getKey())).toNanos())
                .sorted()
                .toArray();
    }

    @Override
    public void close() throws IOException {
        ends = true;
        connection.close();
    }
}
