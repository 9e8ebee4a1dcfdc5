package io.herald.cli.endtoend;

/**
 * Something a deployment must do.
 *
 * @param name says it in a few words
 */
record Scenario(String name, Steps steps) {

    /** The calls, each with what is expected of its answer. */
    @FunctionalInterface
    interface Steps {
        /**
         * @throws UnexpectedAnswer when the deployment does not do it
         */
        void take(Visit visit) throws InterruptedException;
    }
}
