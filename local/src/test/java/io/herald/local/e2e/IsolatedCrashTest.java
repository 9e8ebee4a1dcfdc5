package io.herald.local.e2e;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/** The same with every function in JVMs of its own. */
@Tag("slow")
class IsolatedCrashTest extends CrashTest {

    @Override
    Stack stack() {
        return Stack.isolated();
    }

    @AfterAll
    static void stop() {
        Stack.stopIsolated();
    }
}
