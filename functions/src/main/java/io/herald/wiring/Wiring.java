package io.herald.wiring;

import com.zaxxer.hikari.HikariDataSource;
import io.herald.adapter.caffeine.CaffeineKeys;
import io.herald.adapter.kafka.KafkaLaneLag;
import io.herald.adapter.kafka.KafkaPublisher;
import io.herald.adapter.kafka.KafkaTopics;
import io.herald.adapter.libphonenumber.LibPhoneNumbers;
import io.herald.adapter.mustache.MustacheRenderer;
import io.herald.adapter.postgres.Database;
import io.herald.adapter.postgres.Migrations;
import io.herald.adapter.postgres.PostgresCategories;
import io.herald.adapter.postgres.PostgresClock;
import io.herald.adapter.postgres.PostgresCongestion;
import io.herald.adapter.postgres.PostgresDataSource;
import io.herald.adapter.postgres.PostgresDeadLetters;
import io.herald.adapter.postgres.PostgresDueWork;
import io.herald.adapter.postgres.PostgresHistories;
import io.herald.adapter.postgres.PostgresInbox;
import io.herald.adapter.postgres.PostgresJobs;
import io.herald.adapter.postgres.PostgresKeptAnswers;
import io.herald.adapter.postgres.PostgresKeys;
import io.herald.adapter.postgres.PostgresNotifications;
import io.herald.adapter.postgres.PostgresOutbox;
import io.herald.adapter.postgres.PostgresPartitions;
import io.herald.adapter.postgres.PostgresReconciliation;
import io.herald.adapter.postgres.PostgresSettings;
import io.herald.adapter.postgres.PostgresTemplates;
import io.herald.adapter.postgres.PostgresTenants;
import io.herald.adapter.postgres.PostgresTimeline;
import io.herald.adapter.postgres.PostgresUserTimeline;
import io.herald.adapter.postgres.PostgresUsers;
import io.herald.adapter.provider.ConnectionOfSettings;
import io.herald.adapter.provider.HttpEmailProvider;
import io.herald.adapter.provider.SmtpEmailProvider;
import io.herald.adapter.provider.WebhookProvider;
import io.herald.adapter.redis.CachedCategories;
import io.herald.adapter.redis.CachedKeys;
import io.herald.adapter.redis.CachedTemplates;
import io.herald.adapter.redis.CachedUsers;
import io.herald.adapter.redis.RedisCache;
import io.herald.adapter.redis.RedisRateLimiter;
import io.herald.adapter.redis.RevocationsInRedis;
import io.herald.api.Api;
import io.herald.attempt.DecideOutcome;
import io.herald.attempt.DecideReceipt;
import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.deadletter.DeadLetters;
import io.herald.deadletter.SettleDeadLetters;
import io.herald.delivery.Breakers;
import io.herald.delivery.DeliverBatch;
import io.herald.delivery.HandOver;
import io.herald.delivery.HandOverInBulk;
import io.herald.delivery.HandOverOneByOne;
import io.herald.delivery.HandOverToInbox;
import io.herald.delivery.MakeMessages;
import io.herald.delivery.Message;
import io.herald.intervention.CancelNotification;
import io.herald.intervention.RescheduleNotification;
import io.herald.intervention.ResolveNotification;
import io.herald.job.JobKind;
import io.herald.job.RunJobs;
import io.herald.job.StartJob;
import io.herald.limit.RateLimiter;
import io.herald.maintenance.MakePartitions;
import io.herald.notification.Channel;
import io.herald.notification.NotificationIds;
import io.herald.outbox.LaneRoom;
import io.herald.outbox.LaneShares;
import io.herald.outbox.Publisher;
import io.herald.outbox.Reconcile;
import io.herald.outbox.RelayOutbox;
import io.herald.receipt.TakeReceipts;
import io.herald.schedule.ClockCheck;
import io.herald.schedule.SettleDueWork;
import io.herald.schedule.TickLoop;
import io.herald.submission.SubmitNotifications;
import io.herald.template.Renderer;
import io.herald.template.Templates;
import io.herald.tenant.AdministerTenants;
import io.herald.tenant.Authenticate;
import io.herald.tenant.Keys;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The only composition root: builds the object graph of one environment of one function. Making it
 * opens no connection; each adapter opens its own at its first use.
 */
public final class Wiring implements AutoCloseable {

    // A lane that Kafka does not take holds the relay up for as long, now and then.
    private static final Duration RELAY_BUDGET = Duration.ofSeconds(2);
    private static final Duration RELAY_LEASE = Duration.ofSeconds(30);
    // What is due is released in one look and published in another: both within a second.
    private static final Duration TICK = Duration.ofMillis(500);
    private static final int RELAY_ROWS = 200;
    private static final long RELAY_BYTES = 4L * 1024 * 1024;
    private static final int DUE_ROWS = 500;
    private static final int KEPT_ANSWERS = 5_000;
    private static final int RECONCILE_ROWS = 5_000;
    private static final int JOB_PAGE = 500;
    private static final Duration JOB_PAUSE = Duration.ofMillis(500);
    private static final Duration JOB_LEASE = Duration.ofSeconds(30);

    private final Settings settings;
    private final Clock clock;
    // Seeds itself at its first use, which is after a restore.
    private final RandomGenerator random = new SecureRandom();
    private final LongSupplier nanoTime = System::nanoTime;
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final Database database;
    private final @Nullable RedisCache cache;

    /**
     * @throws IllegalArgumentException naming every setting that is missing or cannot be read
     */
    public Wiring(Map<String, String> environment) {
        this(environment, Clock.systemUTC());
    }

    /** With a clock that may be wrong, for who is to see what comes of it. */
    Wiring(Map<String, String> environment, Clock clock) {
        this.settings = Settings.parse(environment);
        this.clock = clock;
        this.database = new Database(pool());
        var redis = settings.redis();
        this.cache = redis == null ? null : closed(new RedisCache(redis, nanoTime));
    }

    /** The API function. */
    public Api api() {
        var users = users();
        var templates = templates();
        var categories = categories();
        var notifications = new PostgresNotifications(database, clock, settings.outbox().grace());
        var timeline = new PostgresTimeline(database);
        var keptAnswers = new PostgresKeptAnswers(database, clock);
        var jobs = new PostgresJobs(database, clock);
        var ids = ids();
        return new Api(
                new Authenticate(new CaffeineKeys(keys(), clock), clock),
                rateLimiter(),
                settings.rateLimit(),
                users,
                new LibPhoneNumbers(),
                templates,
                categories,
                renderer(),
                new SubmitNotifications(
                        users,
                        templates,
                        categories,
                        notifications,
                        keptAnswers,
                        new PostgresOutbox(database),
                        publisher(settings.outbox().publishBudget()),
                        new PostgresCongestion(database, nanoTime),
                        new LaneShares(settings.lanes().share(), clock, nanoTime),
                        ids,
                        settings.outbox().publishBudget(),
                        settings.retention()),
                new CancelNotification(notifications, timeline, clock),
                new RescheduleNotification(notifications, timeline, clock, settings.retention()),
                new ResolveNotification(
                        notifications, timeline, clock, settings.outbox().lookAgainAfter()),
                notifications,
                timeline,
                new PostgresUserTimeline(database),
                new PostgresInbox(database),
                deadLetters(),
                jobs,
                new StartJob(jobs, keptAnswers, ids, clock),
                nanoTime);
    }

    /** Where callers reach the API; null when that is where API Gateway says. */
    public @Nullable URI publicUrl() {
        return settings.publicUrl();
    }

    /** The function that providers call. */
    public Api callbacks() {
        var gateway = settings.mailGateway();
        return new Api(
                new ConnectionOfSettings(gateway == null ? null : gateway.secret(), clock),
                new TakeReceipts(
                        new PostgresHistories(database),
                        new PostgresTimeline(database),
                        new DecideReceipt(clock)),
                nanoTime);
    }

    /** A lane's function. */
    public DeliverBatch deliverBatch() {
        return deliverBatch(handOvers());
    }

    /** A lane's function that hands over to others than the settings name. */
    public DeliverBatch deliverBatch(Map<Channel, HandOver> handOvers) {
        return new DeliverBatch(
                new MakeMessages(
                        users(), templates(), new PostgresTenants(database, clock), renderer()),
                new PostgresTimeline(database),
                new PostgresDueWork(database, clock),
                deadLetters(),
                handOvers,
                decideOutcome(),
                clock,
                nanoTime,
                settings.delivery().lease());
    }

    /** The ticking function. */
    public TickLoop tickLoop() {
        var timeline = new PostgresTimeline(database);
        var lag = closed(new KafkaLaneLag(settings.kafka().bootstrapServers(), nanoTime));
        var relay =
                new RelayOutbox(
                        new PostgresOutbox(database),
                        publisher(RELAY_BUDGET),
                        timeline,
                        new LaneRoom(
                                lag,
                                new PostgresCongestion(database, nanoTime),
                                nanoTime,
                                settings.lanes().bounds()),
                        clock,
                        new RelayOutbox.Settings(
                                RELAY_LEASE, RELAY_BUDGET, RELAY_ROWS, RELAY_BYTES));
        var dueWork =
                new SettleDueWork(
                        new PostgresDueWork(database, clock),
                        timeline,
                        decideOutcome(),
                        lag,
                        clock,
                        settings.outbox().lookAgainAfter(),
                        DUE_ROWS);
        var keptAnswers = new PostgresKeptAnswers(database, clock);
        var reconcile =
                new Reconcile(
                        new PostgresReconciliation(database),
                        lag,
                        clock,
                        settings.outbox().lookAgainAfter(),
                        RECONCILE_ROWS);
        var jobs = runJobs();
        var clockCheck = new ClockCheck(new PostgresClock(database), clock, nanoTime);
        return new TickLoop(
                Stream.of(
                                new TickLoop.Task("the relay", relay::step, TICK),
                                new TickLoop.Task("due work", dueWork::step, TICK),
                                new TickLoop.Task(
                                        "the reconciler",
                                        reconcile::step,
                                        settings.outbox().lookAgainAfter().dividedBy(20)),
                                new TickLoop.Task("jobs", jobs::step, JOB_PAUSE),
                                new TickLoop.Task(
                                        "forgetting of jobs", jobs::forget, Duration.ofMinutes(10)),
                                new TickLoop.Task(
                                        "forgetting of idempotency keys",
                                        () -> keptAnswers.forgetOld(KEPT_ANSWERS),
                                        Duration.ofSeconds(30)))
                        .map(clockCheck::before)
                        .toList());
    }

    private RunJobs runJobs() {
        var settle =
                new SettleDeadLetters(
                        deadLetters(), clock, settings.outbox().lookAgainAfter(), JOB_PAGE);
        return new RunJobs(
                new PostgresJobs(database, clock),
                Map.of(JobKind.REPLAY, settle, JobKind.DISCARD, settle),
                clock,
                JOB_LEASE);
    }

    /** What Herald gave up on, for the administration function. */
    public DeadLetters deadLetters() {
        return new PostgresDeadLetters(database, clock);
    }

    /** The maintenance function. */
    public MakePartitions makePartitions() {
        return new MakePartitions(new PostgresPartitions(database), clock);
    }

    /** The administration function. */
    public AdministerTenants administerTenants() {
        var keys = new PostgresKeys(database, clock);
        return new AdministerTenants(
                new PostgresTenants(database, clock),
                cache == null ? keys : new RevocationsInRedis(keys, cache),
                ids(),
                random,
                clock);
    }

    /** The migration function: schema, partitions and topics. */
    public void migrate() {
        new Migrations(postgres(), clock).run();
        new KafkaTopics(settings.kafka().bootstrapServers())
                .ensure(settings.kafka().partitions(), settings.kafka().replication());
    }

    /** The monotonic clock, in nanoseconds. */
    public LongSupplier nanoTime() {
        return nanoTime;
    }

    private Map<Channel, HandOver> handOvers() {
        var handOvers = new EnumMap<Channel, HandOver>(Channel.class);
        var delivery = settings.delivery();
        handOvers.put(
                Channel.INBOX,
                new HandOverToInbox(new PostgresInbox(database), delivery.providerTimeout()));
        var smtp = settings.smtp();
        if (smtp != null) {
            handOvers.put(
                    Channel.EMAIL,
                    new HandOverOneByOne<>(
                            closed(new SmtpEmailProvider(smtp, clock, nanoTime)),
                            Message.Email.class,
                            delivery.providerTimeout(),
                            // What waits for a connection would wait within its own time.
                            Math.min(delivery.parallel(), smtp.maxConnections()),
                            breakers()));
        }
        var gateway = settings.mailGateway();
        if (gateway != null) {
            handOvers.put(
                    Channel.EMAIL,
                    new HandOverInBulk<>(
                            closed(new HttpEmailProvider(gateway, clock)),
                            Message.Email.class,
                            delivery.providerTimeout(),
                            delivery.parallel(),
                            breakers()));
        }
        handOvers.put(
                Channel.WEBHOOK,
                new HandOverOneByOne<>(
                        closed(new WebhookProvider(settings.allowedWebhookTargets(), clock)),
                        Message.Webhook.class,
                        delivery.providerTimeout(),
                        delivery.parallel(),
                        breakers()));
        return handOvers;
    }

    /** Those of one provider. */
    private Breakers breakers() {
        return new Breakers(settings.delivery().providerTimeout(), nanoTime, random);
    }

    private DecideOutcome decideOutcome() {
        return new DecideOutcome(settings.delivery().retries(), clock, random);
    }

    private NotificationIds ids() {
        return new NotificationIds(clock, random);
    }

    private Users users() {
        var users = new PostgresUsers(database, clock);
        return cache == null ? users : new CachedUsers(users, cache);
    }

    private Templates templates() {
        var templates = new PostgresTemplates(database, clock);
        return cache == null ? templates : new CachedTemplates(templates, cache);
    }

    private Categories categories() {
        var categories = new PostgresCategories(database);
        return cache == null ? categories : new CachedCategories(categories, cache);
    }

    private Keys keys() {
        var keys = new PostgresKeys(database, clock);
        return cache == null ? keys : new CachedKeys(keys, cache);
    }

    private RateLimiter rateLimiter() {
        var redis = settings.redis();
        return redis == null
                ? (_, _) -> new RateLimiter.Taking.Unknown()
                : closed(new RedisRateLimiter(redis, nanoTime, settings.rateLimit()));
    }

    private static Renderer renderer() {
        return new MustacheRenderer();
    }

    /** What one call waits for metadata lies inside its budget. */
    private Publisher publisher(Duration budget) {
        return closed(
                new KafkaPublisher(
                        settings.kafka().bootstrapServers(),
                        budget.multipliedBy(4).dividedBy(5),
                        RELAY_LEASE,
                        nanoTime));
    }

    private HikariDataSource pool() {
        return closed(PostgresDataSource.pool(postgres()));
    }

    private PostgresSettings postgres() {
        return PostgresSettings.of(
                        settings.database().url(),
                        settings.database().user(),
                        settings.database().password())
                .withPoolSize(settings.database().pool());
    }

    private <T extends AutoCloseable> T closed(T resource) {
        closing.push(resource);
        return resource;
    }

    /** Closes what was opened, the newest first; a fault of one does not keep the others open. */
    @Override
    public void close() {
        for (var resource : closing) {
            try {
                resource.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        closing.clear();
    }
}
