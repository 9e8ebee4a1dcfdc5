package io.herald.local;

import io.herald.catalog.FunctionDeclaration;
import io.herald.local.lambda.HandlerFactory;
import io.herald.local.poller.Backoff;
import java.net.URL;
import java.nio.file.Path;
import java.time.Clock;
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
 * @param handlers may wrap the making of handlers, to see or break what they do
 * @param backoff of the event source pollers
 * @param openApi the document with the routes; null for the functions' own
 * @param clock for what is shown to functions
 * @param progress is told each step as it begins, in a few words
 */
public record LocalSettings(
        Path stateFolder,
        Path binaries,
        int port,
        boolean fresh,
        Map<String, String> environment,
        Map<String, Integer> concurrency,
        UnaryOperator<HandlerFactory> handlers,
        Backoff backoff,
        @Nullable URL openApi,
        Clock clock,
        Consumer<String> progress) {

    public LocalSettings {
        environment = Map.copyOf(environment);
        concurrency = Map.copyOf(concurrency);
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
                UnaryOperator.identity(),
                Backoff.DEFAULT,
                null,
                Clock.systemUTC(),
                _ -> {});
    }

    /** The same on a port. */
    public LocalSettings withPort(int other) {
        return new LocalSettings(
                stateFolder,
                binaries,
                other,
                fresh,
                environment,
                concurrency,
                handlers,
                backoff,
                openApi,
                clock,
                progress);
    }

    /** The same on an empty state folder. */
    public LocalSettings startingFresh() {
        return new LocalSettings(
                stateFolder,
                binaries,
                port,
                true,
                environment,
                concurrency,
                handlers,
                backoff,
                openApi,
                clock,
                progress);
    }

    /** The same with one more variable for every function. */
    public LocalSettings withVariable(String name, String value) {
        var variables = new HashMap<>(environment);
        variables.put(name, value);
        return new LocalSettings(
                stateFolder,
                binaries,
                port,
                fresh,
                variables,
                concurrency,
                handlers,
                backoff,
                openApi,
                clock,
                progress);
    }

    /** The same with another number of environments for a function. */
    public LocalSettings withConcurrency(String function, int environments) {
        var changed = new HashMap<>(concurrency);
        changed.put(function, environments);
        return new LocalSettings(
                stateFolder,
                binaries,
                port,
                fresh,
                environment,
                changed,
                handlers,
                backoff,
                openApi,
                clock,
                progress);
    }

    /** The same with handlers wrapped once more. */
    public LocalSettings withHandlers(UnaryOperator<HandlerFactory> wrapper) {
        return new LocalSettings(
                stateFolder,
                binaries,
                port,
                fresh,
                environment,
                concurrency,
                inner -> wrapper.apply(handlers.apply(inner)),
                backoff,
                openApi,
                clock,
                progress);
    }

    /** The same with another backoff of the pollers. */
    public LocalSettings withBackoff(Backoff other) {
        return new LocalSettings(
                stateFolder,
                binaries,
                port,
                fresh,
                environment,
                concurrency,
                handlers,
                other,
                openApi,
                clock,
                progress);
    }

    /** The same with routes of other than the functions' own document. */
    public LocalSettings withOpenApi(URL other) {
        return new LocalSettings(
                stateFolder,
                binaries,
                port,
                fresh,
                environment,
                concurrency,
                handlers,
                backoff,
                other,
                clock,
                progress);
    }

    /** The same, telling its progress. */
    public LocalSettings withProgress(Consumer<String> listener) {
        return new LocalSettings(
                stateFolder,
                binaries,
                port,
                fresh,
                environment,
                concurrency,
                handlers,
                backoff,
                openApi,
                clock,
                listener);
    }

    int concurrencyOf(FunctionDeclaration function) {
        return Optional.ofNullable(concurrency.get(function.name())).orElse(function.concurrency());
    }
}
