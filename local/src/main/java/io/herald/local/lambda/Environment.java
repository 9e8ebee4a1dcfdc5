package io.herald.local.lambda;

import java.time.Duration;
import java.util.Optional;

/**
 * One environment of a function: it serves one request at a time. {@link #run} and {@link #end} are
 * called on one and the same thread, as in Lambda the same thread runs every request of an
 * environment, so what a library keeps for each thread is kept; the others by any thread.
 */
public interface Environment {

    /**
     * Serves one request. Whatever goes wrong is a result, never an exception.
     *
     * @param event the payload, JSON, within the limit of an invocation
     * @return what became of it; when the thread is interrupted, soon and whatever it is
     */
    InvocationResult run(byte[] event);

    /** How long a run may last before it is interrupted and the environment is given up. */
    Duration limit();

    /** Whether it has to be replaced by another before the next request. */
    boolean isBroken();

    /** The process it has to itself, if it has one at the moment; for who is to harm it. */
    default Optional<ProcessHandle> process() {
        return Optional.empty();
    }

    /** Ends it. What a run has left behind, such as an interrupt, does not matter any more. */
    void end();
}
