package io.herald.chaos;

import io.herald.bench.BenchException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** Runs steps side by side. */
final class Together {

    interface Step {
        void run() throws InterruptedException;
    }

    private Together() {}

    /**
     * Returns when all have ended.
     *
     * @throws BenchException when one failed
     */
    static void run(List<? extends Step> steps) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running =
                    steps.stream()
                            .map(step ->
                                    threads.submit(() -> {
                                        step.run();
                                        return true;
                                    }))
                            .toList();
            for (var one : running) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    threads.shutdownNow();
                    throw e.getCause() instanceof BenchException known
                            ? known
                            : new BenchException("It broke off: " + e.getCause(), e);
                } catch (InterruptedException e) {
                    threads.shutdownNow();
                    throw e;
                }
            }
        }
    }
}
