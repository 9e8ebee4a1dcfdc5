package io.herald.local.e2e;

import org.junit.jupiter.api.AfterAll;

/** The same with every function in JVMs of its own. */
class IsolatedMainJobTest extends MainJobTest {

    @Override
    Stack stack() {
        return Stack.isolated();
    }

    @AfterAll
    static void stop() {
        Stack.stopIsolated();
    }
}
