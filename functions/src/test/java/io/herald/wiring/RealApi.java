package io.herald.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.zaxxer.hikari.HikariDataSource;
import io.herald.adapter.postgres.Database;
import io.herald.adapter.postgres.PostgresDataSource;
import io.herald.adapter.postgres.PostgresDeadLetters;
import io.herald.adapter.postgres.PostgresInbox;
import io.herald.adapter.postgres.PostgresNotifications;
import io.herald.adapter.postgres.PostgresSettings;
import io.herald.adapter.postgres.PostgresTimeline;
import io.herald.api.Api;
import io.herald.api.http.HttpRequest;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Route;
import io.herald.contract.Samples;
import io.herald.deadletter.UndecodableRecord;
import io.herald.delivery.DeliverBatch;
import io.herald.delivery.LaneRecord;
import io.herald.events.DispatchRecords;
import io.herald.inbox.InboxMessage;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.servers.SharedServers;
import io.herald.tenant.Scope;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The API wired as a function has it, over a database of its own and the shared Redis and Kafka.
 */
final class RealApi implements AutoCloseable {
    private static final String CALLBACK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final Wiring wiring;
    private final Api api;
    private final Api callbacks;
    private final DeliverBatch lane;
    private final HikariDataSource pool;
    private final String database;
    private long offset;

    /** Who calls. */
    record Caller(TenantId tenant, String key) {}

    /** What is called, but for its caller. */
    record Request(
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            @Nullable String body) {

        static Request of(String method, String path) {
            return new Request(method, path, Map.of(), Map.of(), null);
        }

        Request query(String name, String value) {
            return new Request(method, path, with(query, name, value), headers, body);
        }

        /**
         * @param name in lower case
         */
        Request header(String name, String value) {
            return new Request(method, path, query, with(headers, name, value), body);
        }

        Request json(String text) {
            return new Request(method, path, query, headers, text)
                    .header("content-type", "application/json");
        }

        private static Map<String, List<String>> with(
                Map<String, List<String>> there, String name, String value) {
            var more = new LinkedHashMap<>(there);
            more.put(name, List.of(value));
            return more;
        }
    }

    RealApi(boolean withRedis) {
        this(withRedis, Clock.systemUTC());
    }

    /** With a clock that may be wrong. */
    RealApi(boolean withRedis, Clock clock) {
        var servers = SharedServers.get();
        var postgres = servers.postgres();
        database = "test_" + UUID.randomUUID().toString().replace("-", "");
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        var environment =
                new LinkedHashMap<>(
                        Map.of(
                                "HERALD_DATABASE_URL",
                                postgres.jdbcUrl(database),
                                "HERALD_DATABASE_USER",
                                postgres.user(),
                                "HERALD_DATABASE_PASSWORD",
                                postgres.password(),
                                "HERALD_KAFKA_BOOTSTRAP",
                                servers.kafka().bootstrapServers(),
                                // A machine that is busy with tests is not an outage.
                                "HERALD_PUBLISH_BUDGET",
                                "PT10S",
                                "HERALD_RATE_LIMIT_BURST",
                                "1000000",
                                "HERALD_EMAIL_PROVIDER_URL",
                                "http://localhost:9",
                                "HERALD_EMAIL_PROVIDER_KEY",
                                "hush",
                                "HERALD_EMAIL_PROVIDER_SECRET",
                                CALLBACK_SECRET,
                                "HERALD_MAIL_FROM",
                                "herald@example.com"));
        if (withRedis) {
            environment.put("HERALD_REDIS_URI", servers.redis().uri());
        }
        wiring = new Wiring(environment, clock);
        wiring.migrate();
        api = wiring.api();
        callbacks = wiring.callbacks();
        lane = wiring.deliverBatch();
        pool =
                PostgresDataSource.pool(
                        PostgresSettings.of(
                                postgres.jdbcUrl(database), postgres.user(), postgres.password()));
    }

    Api api() {
        return api;
    }

    /** What the other functions are made of. */
    Wiring wiring() {
        return wiring;
    }

    String database() {
        return database;
    }

    /** Another tenant with a key to everything. */
    Caller caller() {
        var created = wiring.administerTenants().create("t" + UUID.randomUUID()).orElseThrow();
        return new Caller(created.tenant().id(), created.key().reveal());
    }

    /** The same with a key that ends. */
    Caller caller(Instant expiresAt) {
        var administer = wiring.administerTenants();
        var created = administer.create("t" + UUID.randomUUID()).orElseThrow();
        var made = administer.addKey(created.tenant(), EnumSet.allOf(Scope.class), expiresAt);
        return new Caller(created.tenant().id(), made.orElseThrow().key().reveal());
    }

    /** Every route of every function. */
    List<Route> routes() {
        return Stream.concat(api.routes().stream(), callbacks.routes().stream()).toList();
    }

    /** As a provider that knows the secret. */
    static Request signed(Request request) {
        long timestamp = Instant.now().getEpochSecond();
        try {
            return request.header("webhook-id", "call-1")
                    .header("webhook-timestamp", String.valueOf(timestamp))
                    .header(
                            "webhook-signature",
                            new Webhook(CALLBACK_SECRET)
                                    .sign("call-1", timestamp, String.valueOf(request.body())));
        } catch (WebhookSigningException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse call(Caller caller, Request request) {
        var function = request.path().startsWith("/v1/callbacks/") ? callbacks : api;
        var headers = new LinkedHashMap<>(request.headers());
        headers.put("authorization", List.of("Bearer " + caller.key()));
        return function.answer(
                new HttpRequest(
                        request.method(),
                        null,
                        request.path(),
                        headers,
                        request.query(),
                        request.body(),
                        false,
                        "request-1",
                        "https://api.example.com"));
    }

    /** As its lane's function would have it: refused, or delivered to the inbox. */
    void deliver(TenantId tenant, NotificationId id, String user, String title, boolean refused) {
        var stores = new Database(pool);
        var clock = Clock.systemUTC();
        var kind = refused ? EventKind.REFUSED : EventKind.DELIVERED;
        var status = refused ? Status.FAILED : Status.DELIVERED;
        new PostgresTimeline(stores)
                .append(
                        List.of(
                                Transition.of(
                                        tenant, Samples.event(clock, id, 1, kind, status, 1))));
        new PostgresInbox(stores)
                .add(List.of(new InboxMessage(tenant, id, new UserId(user), title, null)));
    }

    /** By its lane's function, which is given the record that acceptance publishes. */
    void deliver(TenantId tenant, NotificationId id) {
        deliver(lane, tenant, id);
    }

    /** The same by another. */
    void deliver(DeliverBatch by, TenantId tenant, NotificationId id) {
        var notification =
                new PostgresNotifications(new Database(pool), Clock.systemUTC(), Duration.ZERO)
                        .find(tenant, id)
                        .orElseThrow()
                        .notification();
        by.deliver(
                List.of(
                        new LaneRecord(
                                notification.lane().topic(),
                                0,
                                offset++,
                                null,
                                DispatchRecords.encode(notification.asFirstRecord()))));
    }

    /** As somebody else would record it. */
    void happened(TenantId tenant, Event event) {
        new PostgresTimeline(new Database(pool)).append(List.of(Transition.of(tenant, event)));
    }

    /** As a lane's function would, that has met a record which is none. */
    void keepUndecodable(TenantId tenant, String value) {
        new PostgresDeadLetters(new Database(pool), Clock.systemUTC())
                .keep(
                        List.of(
                                new UndecodableRecord(
                                        "herald.inbox",
                                        0,
                                        offset++,
                                        (tenant + ":ada").getBytes(UTF_8),
                                        value.getBytes(UTF_8),
                                        "The record is not JSON.",
                                        Instant.now())));
    }

    /** To the database of the API. */
    Connection connection() throws SQLException {
        return pool.getConnection();
    }

    /** To another database of the same server, where statistics can be read undisturbed. */
    static Connection connect() throws SQLException {
        var postgres = SharedServers.get().postgres();
        return DriverManager.getConnection(
                postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    @Override
    public void close() {
        wiring.close();
        pool.close();
    }
}
