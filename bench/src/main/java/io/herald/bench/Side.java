package io.herald.bench;

import io.herald.bench.Load.Caller;
import java.util.List;

/** One side of every comparison: Herald, or the bare work. */
interface Side {

    /** Accept whole batches, as fast as they can. */
    List<? extends Caller> accepting();

    /** The same, for what is to be sent. */
    List<? extends Caller> submitting();

    /** Accept and publish one notification a call. */
    List<? extends Caller> posting();

    /** Delivers what is submitted, until it is closed. */
    Delivering deliver();

    /** How many were sent, from the beginning on. */
    long sent();

    /** Delivery under way. */
    @FunctionalInterface
    interface Delivering extends AutoCloseable {
        /**
         * @throws BenchException when it broke off
         */
        @Override
        void close() throws InterruptedException;
    }
}
