package io.herald.bench;

import io.herald.local.LocalCloud;
import io.herald.local.LocalSettings;
import java.util.List;
import java.util.function.Consumer;

/**
 * Something that measures a local cloud. For one run: it is made, its settings start a local cloud,
 * and it runs on that one.
 */
public sealed interface Benchmark permits Bench, Backlog {

    /** The settings of a local cloud that this can measure; nothing else may call that one. */
    LocalSettings on(LocalSettings others);

    /**
     * @param cloud started with settings of {@link #on}
     * @param progress is told what goes on, in a few words
     * @throws BenchException when what the database holds is not what was answered
     */
    List<Measurement> run(LocalCloud cloud, Consumer<String> progress) throws InterruptedException;
}
