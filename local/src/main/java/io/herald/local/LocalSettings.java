package io.herald.local;

import io.herald.catalog.FunctionDeclaration;
import io.herald.catalog.Trigger;
import io.herald.local.lambda.HandlerFactory;
import io.herald.local.poller.Backoff;
import java.net.URL;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a local cloud runs.
 *
 * @param stateFolder all that survives a restart; one local cloud at a time
 * @param binaries where the servers are unpacked; may be shared
 * @param port of the gateway, 0 for a free one
 * @param fresh whether to empty the state folder first
 * @param environment added to the environment of every function, and counting before what is made
 *     from the addresses of the servers
 * @param concurrency environments of a function, by name, where not as declared
 * @param rates how often a function is triggered, by name, where not as declared
 * @param handlers may wrap the making of handlers that run in this process, to see or break what
 *     they do
 * @param backoff of the event source pollers
 * @param openApi the document with the routes; null for the functions' own
 * @param clock for what is shown to functions
 * @param progress is told each step as it begins, in a few words
 * @param isolated whether the functions run from the built zip in JVMs of their own, as Lambda runs
 *     them, and not in this process
 * @param standIn whether mail goes to a stand-in provider and not to the mail server
 */
public record LocalSettings(
        Path stateFolder,
        Path binaries,
        int port,
        boolean fresh,
        Map<String, String> environment,
        Map<String, Integer> concurrency,
        Map<String, Duration> rates,
        UnaryOperator<HandlerFactory> handlers,
        Backoff backoff,
        @Nullable URL openApi,
        Clock clock,
        Consumer<String> progress,
        boolean isolated,
        boolean standIn) {

    public LocalSettings {
        environment = Map.copyOf(environment);
        concurrency = Map.copyOf(concurrency);
        rates = Map.copyOf(rates);
    }

    /** On a free port, everything as declared, and silent. */
    public static LocalSettings in(Path stateFolder, Path binaries) {
        return new LocalSettings(
                stateFolder,
                binaries,
                0,
                false,
                Map.of(),
                Map.of(),
                Map.of(),
                UnaryOperator.identity(),
                Backoff.DEFAULT,
                null,
                Clock.systemUTC(),
                _ -> {},
                false,
                false);
    }

    /** The same on a port. */
    public LocalSettings withPort(int other) {
        return with(copy -> copy.port = other);
    }

    /** The same on an empty state folder. */
    public LocalSettings startingFresh() {
        return with(copy -> copy.fresh = true);
    }

    /** The same with one more variable for every function. */
    public LocalSettings withVariable(String name, String value) {
        return with(copy -> copy.environment.put(name, value));
    }

    /** The same with another number of environments for a function. */
    public LocalSettings withConcurrency(String function, int environments) {
        return with(copy -> copy.concurrency.put(function, environments));
    }

    /** The same with a function triggered at another rate. */
    public LocalSettings withRate(String function, Duration rate) {
        return with(copy -> copy.rates.put(function, rate));
    }

    /** The same with handlers wrapped once more. */
    public LocalSettings withHandlers(UnaryOperator<HandlerFactory> wrapper) {
        return with(copy -> copy.handlers = inner -> wrapper.apply(handlers.apply(inner)));
    }

    /** The same with another backoff of the pollers. */
    public LocalSettings withBackoff(Backoff other) {
        return with(copy -> copy.backoff = other);
    }

    /** The same with routes of other than the functions' own document. */
    public LocalSettings withOpenApi(URL other) {
        return with(copy -> copy.openApi = other);
    }

    /** The same, telling its progress. */
    public LocalSettings withProgress(Consumer<String> listener) {
        return with(copy -> copy.progress = listener);
    }

    /** The same with every function in JVMs of its own, as Lambda runs it. */
    public LocalSettings inJvmsOfTheirOwn() {
        return with(copy -> copy.isolated = true);
    }

    /**
     * The same with mail that goes to a stand-in provider, which can misbehave and sends receipts,
     * and not to the mail server.
     */
    public LocalSettings withStandInProvider() {
        return with(copy -> copy.standIn = true);
    }

    private LocalSettings with(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return new LocalSettings(
                stateFolder,
                binaries,
                copy.port,
                copy.fresh,
                copy.environment,
                copy.concurrency,
                copy.rates,
                copy.handlers,
                copy.backoff,
                copy.openApi,
                clock,
                copy.progress,
                copy.isolated,
                copy.standIn);
    }

    /** What is being changed. */
    private static final class Copy {
        private int port;
        private boolean fresh;
        private final Map<String, String> environment;
        private final Map<String, Integer> concurrency;
        private final Map<String, Duration> rates;
        private UnaryOperator<HandlerFactory> handlers;
        private Backoff backoff;
        private @Nullable URL openApi;
        private Consumer<String> progress;
        private boolean isolated;
        private boolean standIn;

        Copy(LocalSettings settings) {
            port = settings.port;
            fresh = settings.fresh;
            environment = new HashMap<>(settings.environment);
            concurrency = new HashMap<>(settings.concurrency);
            rates = new HashMap<>(settings.rates);
            handlers = settings.handlers;
            backoff = settings.backoff;
            openApi = settings.openApi;
            progress = settings.progress;
            isolated = settings.isolated;
            standIn = settings.standIn;
        }
    }

    /**
     * How many environments a function may have. As declared, where nothing else is set; but two of
     * the API and one of each lane when each is a JVM of its own.
     */
    int concurrencyOf(FunctionDeclaration function) {
        var fallback =
                isolated
                        ? Math.min(function.concurrency(), isolatedConcurrency(function))
                        : function.concurrency();
        return Optional.ofNullable(concurrency.get(function.name())).orElse(fallback);
    }

    Duration rateOf(FunctionDeclaration function, Duration declared) {
        return rates.getOrDefault(function.name(), declared);
    }

    private static int isolatedConcurrency(FunctionDeclaration function) {
        return switch (function.trigger()) {
            case Trigger.Topic _ -> 1;
            case Trigger.Routes _, Trigger.Rate _, Trigger.Deployment _, Trigger.Invocation _ -> 2;
        };
    }
}
