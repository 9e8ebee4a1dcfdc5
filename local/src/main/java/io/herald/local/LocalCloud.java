package io.herald.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.catalog.Catalog;
import io.herald.catalog.FunctionDeclaration;
import io.herald.catalog.Trigger;
import io.herald.local.gateway.ApiResources;
import io.herald.local.gateway.Gateway;
import io.herald.local.gateway.GatewaySettings;
import io.herald.local.isolated.FunctionsZip;
import io.herald.local.isolated.JvmEnvironments;
import io.herald.local.isolated.MissingPartException;
import io.herald.local.lambda.EnvironmentFactory;
import io.herald.local.lambda.FunctionEnvironments;
import io.herald.local.lambda.HandlerFactory;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.Invoker;
import io.herald.local.outside.MailServer;
import io.herald.local.outside.StandInProvider;
import io.herald.local.outside.WebhookReceiver;
import io.herald.local.poller.EventSourceMapping;
import io.herald.local.poller.KafkaPoller;
import io.herald.local.ticker.Ticker;
import io.herald.servers.Servers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that the catalog declares, running on this machine: the servers, the functions, and what
 * triggers them. The mail server and the webhook receiver stand for the world outside.
 *
 * <p>Its parts can be stopped, killed and started one by one, for tests.
 */
public final class LocalCloud implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCloud.class);

    private final LocalSettings settings;
    private final StateFolder folder;
    // What to close, the last one first.
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Map<String, FunctionEnvironments> functions = new HashMap<>();
    private final Map<String, KafkaPoller> pollers = new ConcurrentHashMap<>();
    private final Servers servers;
    private final MailServer mail;
    private final WebhookReceiver webhooks;
    private final @Nullable StandInProvider provider;
    private final Gateway gateway;
    private final Map<String, String> environment;
    private final EnvironmentFactory environments;

    /** Starts everything; what has started is stopped again if something does not start. */
    private LocalCloud(LocalSettings settings, StateFolder folder) throws IOException {
        this.settings = settings;
        this.folder = folder;
        parts.push(folder);
        try {
            if (settings.fresh()) {
                settings.progress().accept("Emptying the state folder");
                folder.empty();
            }
            StackFile.remove(folder.path());
            settings.progress().accept("Starting Postgres, Kafka and Redis");
            servers = add(Servers.start(folder.path(), settings.binaries()));
            servers.onEndByItself(LOG::error);
            var credentials = new MailServer.Credentials("herald", randomPassword());
            mail = add(MailServer.start(folder.path().resolve("mail"), credentials));
            webhooks =
                    add(WebhookReceiver.start(folder.path().resolve("webhooks"), settings.clock()));
            provider =
                    settings.standIn()
                            ? add(
                                    StandInProvider.start(
                                            folder.path().resolve("provider"), settings.clock()))
                            : null;
            environment = environment(credentials);
            environments = environmentFactory();
            settings.progress().accept("Migrating the database");
            deploy();
            settings.progress().accept("Starting the functions");
            gateway = startFunctions();
            if (provider != null) {
                provider.sendsReceiptsTo(URI.create(gateway.url() + "/v1/callbacks/http/default"));
            }
            StackFile.ofThisProcess(
                            gateway.url(),
                            mail.mailbox().folder(),
                            webhooks.inbox().folder(),
                            webhooks.url(),
                            environment)
                    .write(folder.path());
        } catch (IOException | RuntimeException e) {
            closeParts();
            throw e;
        }
    }

    /**
     * Starts the local cloud and returns when its gateway listens.
     *
     * @throws io.herald.local.gateway.PortTakenException if the port is taken
     * @throws LocalCloudException if another runs on the state folder, the folder cannot be
     *     written, there is too little space, or the migration fails
     * @throws io.herald.servers.ServerException if a server does not start
     * @throws IOException if something else does not start
     */
    public static LocalCloud start(LocalSettings settings) throws IOException {
        // The folder first: whoever starts a second one is told so, and not only that a port is
        // taken.
        var folder = StateFolder.take(settings.stateFolder());
        try {
            Gateway.requireFree(settings.port());
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
        return new LocalCloud(settings, folder);
    }

    /**
     * Waits until a call is answered and every poller has its partitions.
     *
     * @throws LocalCloudException if that takes longer
     */
    public void awaitReady(Duration patience) throws InterruptedException {
        settings.progress().accept("Waiting until it answers");
        var ends = System.nanoTime() + patience.toNanos();
        for (var poller : List.copyOf(pollers.values())) {
            if (!poller.awaitAssigned(Duration.ofNanos(ends - System.nanoTime()))) {
                throw new LocalCloudException("The event source pollers got no partitions.");
            }
        }
        try (var client = HttpClient.newHttpClient()) {
            int status;
            do {
                status = ask(client, ends);
                // A JVM that has only just started may need longer than the gateway waits for it,
                // or than the API waits for Postgres.
            } while ((status == 503 || status == 504) && System.nanoTime() - ends < 0);
            if (status >= 500) {
                throw new LocalCloudException(
                        "The API answers %d; %s may say why."
                                .formatted(status, folder.path().resolve("logs")));
            }
        } catch (IOException e) {
            throw new LocalCloudException("The API does not answer.", e);
        }
    }

    /** With a key that nobody has: to refuse it, the API has to ask Postgres. */
    private int ask(HttpClient client, long ends) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/users/nobody"))
                        .header("Authorization", "Bearer hk_" + "0".repeat(43))
                        .timeout(Duration.ofNanos(Math.max(1, ends - System.nanoTime())))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Of the gateway, without a slash at the end. */
    public URI url() {
        return gateway.url();
    }

    /** Each can be stopped, killed, paused and restarted on its own. */
    public Servers servers() {
        return servers;
    }

    /** The mail that was delivered is in its mailbox. */
    public MailServer mail() {
        return mail;
    }

    /** The webhooks that were delivered are in its inbox. */
    public WebhookReceiver webhooks() {
        return webhooks;
    }

    /**
     * The provider that mail goes to.
     *
     * @throws IllegalStateException when it goes to the mail server
     */
    public StandInProvider provider() {
        if (provider == null) {
            throw new IllegalStateException("there is no stand-in provider");
        }
        return provider;
    }

    /** What the functions are told. */
    public Map<String, String> environment() {
        return environment;
    }

    /**
     * Invokes a function, as who may do so would with Lambda's Invoke.
     *
     * @param function its name in the catalog; not one that runs at deployment only
     */
    public InvocationResult invoke(String function, byte[] event) throws InterruptedException {
        var declaration = declaration(function);
        return environments(function).invoke(event, declaration.timeout().plusSeconds(5));
    }

    /** Stops the poller of a function when what it has in flight is done; nothing is handed out. */
    public void pausePoller(String function) {
        Optional.ofNullable(pollers.remove(function)).ifPresent(KafkaPoller::close);
    }

    /** Ends the poller of a function as a crash would; what is in flight comes again. */
    public void killPoller(String function) {
        Optional.ofNullable(pollers.remove(function)).ifPresent(KafkaPoller::kill);
    }

    /** Starts the poller of a function that was paused or killed. */
    public void resumePoller(String function) {
        if (declaration(function).trigger() instanceof Trigger.Topic topic) {
            pollers.computeIfAbsent(function, _ -> startPoller(declaration(function), topic, "1"));
        }
    }

    /**
     * Starts a second poller of a function, which shares the topic with the first for as long as it
     * runs: partitions move when it comes and when it goes, whatever is in flight. Whoever starts
     * one has to end it.
     */
    public KafkaPoller startSecondPoller(String function) {
        if (declaration(function).trigger() instanceof Trigger.Topic topic) {
            return startPoller(declaration(function), topic, "2");
        }
        throw new IllegalArgumentException("no topic triggers " + function);
    }

    /**
     * The processes that a function's environments have to themselves, for who is to harm them;
     * none where they run in this process.
     */
    public List<ProcessHandle> processesOf(String function) {
        return environments(function).processes();
    }

    /** Those of them that are at a request, or start for one. */
    public List<ProcessHandle> busyProcessesOf(String function) {
        return environments(function).busyProcesses();
    }

    /** Ends all environments of a function as a crash of their machines would. */
    public void crashEnvironments(String function) {
        environments(function).crash();
    }

    /**
     * Stops everything in order: first what brings new work, then what does it, then what it stands
     * on. What is in flight has some seconds to end.
     */
    @Override
    public void close() {
        settings.progress().accept("Stopping");
        closeParts();
    }

    private Map<String, String> environment(MailServer.Credentials credentials) {
        var all =
                new HashMap<>(
                        Addresses.environment(servers, mail, credentials, provider, webhooks));
        // Nobody shares this machine: only a test that sets a lower limit is to meet one.
        all.put("HERALD_RATE_LIMIT_PER_SECOND", "1000000");
        all.put("HERALD_RATE_LIMIT_BURST", "1000000");
        all.putAll(settings.environment());
        return Map.copyOf(all);
    }

    private void deploy() {
        for (var function : Catalog.FUNCTIONS) {
            if (function.trigger() instanceof Trigger.Deployment) {
                try (var environments = newEnvironments(function)) {
                    requireSuccess(
                            function,
                            environments.invoke("{}".getBytes(UTF_8), function.timeout()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new LocalCloudException("The start was interrupted.", e);
                }
            }
        }
    }

    private Gateway startFunctions() throws IOException {
        for (var function : Catalog.FUNCTIONS) {
            if (!(function.trigger() instanceof Trigger.Deployment)) {
                functions.put(function.name(), newEnvironments(function));
            }
        }
        parts.push(() -> closeTogether(List.copyOf(functions.values())));
        var mounts = new HashMap<String, Invoker>();
        var tickers = new ArrayList<Ticker>();
        parts.push(() -> closeTogether(tickers));
        parts.push(() -> closeTogether(List.copyOf(pollers.values())));
        for (var function : Catalog.FUNCTIONS) {
            switch (function.trigger()) {
                case Trigger.Routes(var prefixes) ->
                        prefixes.forEach(
                                prefix -> mounts.put(prefix, environments(function.name())));
                case Trigger.Topic topic ->
                        pollers.put(function.name(), startPoller(function, topic, "1"));
                case Trigger.Rate(var rate) ->
                        tickers.add(startTicker(function, settings.rateOf(function, rate)));
                case Trigger.Deployment _, Trigger.Invocation _ -> {}
            }
        }
        var started =
                add(
                        Gateway.start(
                                GatewaySettings.onPort(settings.port()),
                                readApi(),
                                mounts,
                                settings.clock()));
        parts.push(() -> StackFile.remove(folder.path()));
        return started;
    }

    private KafkaPoller startPoller(
            FunctionDeclaration function, Trigger.Topic topic, String instance) {
        var mapping =
                EventSourceMapping.of(function, topic, settings.concurrencyOf(function))
                        .withBackoff(settings.backoff());
        return KafkaPoller.start(
                mapping,
                servers.kafka().bootstrapServers(),
                environments(function.name()),
                instance);
    }

    private Ticker startTicker(FunctionDeclaration function, Duration rate) {
        return Ticker.start(
                function,
                rate,
                environments(function.name()),
                settings.concurrencyOf(function),
                settings.clock());
    }

    private EnvironmentFactory environmentFactory() throws IOException {
        if (!settings.isolated()) {
            return EnvironmentFactory.inThisProcess(
                    settings.handlers().apply(HandlerFactory.reflective()));
        }
        settings.progress().accept("Unpacking the functions");
        try {
            return JvmEnvironments.of(
                    FunctionsZip.ofThisBuild(),
                    folder.path().resolve("functions"),
                    folder.path().resolve("logs"));
        } catch (MissingPartException e) {
            throw new LocalCloudException(String.valueOf(e.getMessage()), e);
        }
    }

    private FunctionEnvironments newEnvironments(FunctionDeclaration function) {
        return new FunctionEnvironments(
                function, environment, settings.concurrencyOf(function), environments);
    }

    private FunctionEnvironments environments(String function) {
        var environments = functions.get(function);
        if (environments == null) {
            throw new IllegalArgumentException("no such function runs: " + function);
        }
        return environments;
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    private void closeParts() {
        for (var part = parts.poll(); part != null; part = parts.poll()) {
            closeQuietly(part);
        }
    }

    private static void requireSuccess(FunctionDeclaration function, InvocationResult result) {
        switch (result) {
            case InvocationResult.Answered _ -> {}
            case InvocationResult.Failed(_, var message) when !message.isEmpty() ->
                    throw new LocalCloudException(
                            "The function %s failed: %s".formatted(function.name(), message));
            case InvocationResult.Failed _,
                    InvocationResult.TimedOut _,
                    InvocationResult.Throttled _,
                    InvocationResult.TooLarge _ ->
                    throw new LocalCloudException(
                            "The function %s failed: %s".formatted(function.name(), result));
        }
    }

    private static FunctionDeclaration declaration(String name) {
        return Catalog.FUNCTIONS.stream()
                .filter(function -> function.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such function: " + name));
    }

    private ApiResources readApi() throws IOException {
        var document =
                settings.openApi() == null
                        ? Catalog.class.getResource("/openapi.yaml")
                        : settings.openApi();
        if (document == null) {
            throw new LocalCloudException("There is no openapi.yaml among the functions.");
        }
        try (var content = document.openStream()) {
            return ApiResources.read(content);
        }
    }

    private static void closeTogether(List<? extends AutoCloseable> parts) {
        var threads =
                parts.stream()
                        .map(part -> Thread.ofVirtual().start(() -> closeQuietly(part)))
                        .toList();
        for (var thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            // The rest is to be stopped all the same.
            LOG.warn("{} could not be stopped", part, e);
        }
    }

    private static String randomPassword() {
        var bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }
}
