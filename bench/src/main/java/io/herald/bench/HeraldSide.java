package io.herald.bench;

import io.herald.bench.Load.Caller;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** Herald, called over HTTP as any application calls it. */
final class HeraldSide implements Side, AutoCloseable {
    private final InstantDelivery delivery;
    private final Requests requests;
    private final List<HttpConnection> connections = new ArrayList<>();
    private final List<? extends Caller> batches;
    private final List<? extends Caller> singles;
    private final LongAdder accepted = new LongAdder();

    HeraldSide(URI url, Requests requests, BenchSettings settings, InstantDelivery delivery)
            throws IOException {
        this.delivery = delivery;
        this.requests = requests;
        var bodies = requests.batches();
        var next = new AtomicInteger();
        this.batches =
                connect(url, Load.BATCH_CALLERS).stream()
                        .map(connection ->
                                (Caller)
                                        () -> {
                                            var request =
                                                    bodies.get(
                                                            Math.floorMod(
                                                                    next.getAndIncrement(),
                                                                    bodies.size()));
                                            expect(
                                                    connection,
                                                    request,
                                                    202,
                                                    requests.batchAccepted());
                                            accepted.add(settings.batch());
                                            return settings.batch();
                                        })
                        .toList();
        var messages = requests.singles();
        this.singles =
                connect(url, Load.SINGLE_CALLERS).stream()
                        .map(connection ->
                                (Caller)
                                        () -> {
                                            var request =
                                                    messages.get(
                                                            Math.floorMod(
                                                                    next.getAndIncrement(),
                                                                    messages.size()));
                                            expect(connection, request, 202, "{\"data\":[{\"id\":");
                                            accepted.increment();
                                            return 1;
                                        })
                        .toList();
    }

    private List<HttpConnection> connect(URI url, int count) throws IOException {
        var made = new ArrayList<HttpConnection>();
        for (int i = 0; i < count; i++) {
            made.add(new HttpConnection(url));
        }
        connections.addAll(made);
        return made;
    }

    /**
     * @return how the answer starts
     */
    static String expect(HttpConnection connection, byte[] request, int status, String start)
            throws IOException {
        var answer = connection.call(request);
        if (answer.status() != status || !answer.start().startsWith(start)) {
            throw new BenchException(
                    "A call was answered with %d and %s"
                            .formatted(answer.status(), answer.start()));
        }
        return answer.start();
    }

    /** Makes the users and the template. */
    void prepare() throws IOException, InterruptedException {
        expect(connections.getFirst(), requests.template(), 201, "");
        var users = requests.users();
        var next = new AtomicInteger();
        Load.together(
                IntStream.range(0, Load.BATCH_CALLERS)
                        .mapToObj(connections::get)
                        .<Callable<Integer>>map(connection ->
                                () -> {
                                    int made = 0;
                                    for (int user = next.getAndIncrement();
                                            user < users.size();
                                            user = next.getAndIncrement()) {
                                        expect(connection, users.get(user), 201, "");
                                        made++;
                                    }
                                    return made;
                                })
                        .toList());
    }

    /** How many notifications were answered with 202. */
    long accepted() {
        return accepted.sum();
    }

    @Override
    public List<? extends Caller> accepting() {
        return batches;
    }

    @Override
    public List<? extends Caller> submitting() {
        return batches;
    }

    @Override
    public List<? extends Caller> posting() {
        return singles;
    }

    /** It always does, unless its poller is paused. */
    @Override
    public Delivering deliver() {
        return () -> {};
    }

    @Override
    public long sent() {
        return delivery.recorded();
    }

    @Override
    public void close() throws IOException {
        for (var connection : connections) {
            connection.close();
        }
    }
}
