package io.herald.local.lambda;

import java.time.Duration;

/**
 * Invokes one function synchronously, as Lambda's Invoke does with {@code RequestResponse}. May be
 * called from any number of threads; how many invocations run at once is up to the function.
 */
public interface Invoker extends AutoCloseable {

    /**
     * Invokes the function and waits for its answer. Whatever the function or Lambda may do wrong
     * is a result, never an exception.
     *
     * @param event the payload, JSON
     * @param patience how long the caller waits in all, in the queue and for the answer. A run that
     *     outlasts it is {@link InvocationResult.TimedOut} for the caller and still goes on until
     *     the function's own timeout
     * @throws InterruptedException when the calling thread is interrupted; the run, if one has
     *     started, is interrupted as well
     */
    InvocationResult invoke(byte[] event, Duration patience) throws InterruptedException;

    /** Ends what runs and gives up the environments. Afterwards every call is throttled. */
    @Override
    void close();
}
