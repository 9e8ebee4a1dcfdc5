package io.herald.concurrent;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Two reads at the same time. Nothing outlives the call: Lambda freezes whatever still runs. */
public final class Concurrently {

    /** What the two reads gave. */
    public record Both<A, B>(A first, B second) {}

    private Concurrently() {}

    /**
     * Runs the first on a virtual thread and the second here; returns when both have ended. What
     * one of them threw is thrown.
     */
    public static <A, B> Both<A, B> both(Callable<A> first, Callable<B> second) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = executor.submit(first);
            B here = second.call();
            return new Both<>(running.get(), here);
        } catch (ExecutionException e) {
            throw unchecked(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading", e);
        } catch (Exception e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException e) {
            return e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(cause);
    }
}
