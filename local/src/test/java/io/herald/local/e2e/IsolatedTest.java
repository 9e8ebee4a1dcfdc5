package io.herald.local.e2e;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The same once more, with every function in JVMs of its own, from the zip of the same build:
 * {@code mvn package} makes it, {@code mvn test} does not.
 */
class IsolatedTest {

    @BeforeAll
    static void every_function_in_jvms_of_its_own() {
        Stack.runIsolated();
    }

    @AfterAll
    static void stop() {
        Stack.stopIsolated();
    }

    @Nested
    class MainJob extends MainJobTest {}

    @Nested
    @Tag("slow")
    class Conventions extends ConventionsTest {}

    @Nested
    @Tag("slow")
    class Crash extends CrashTest {}

    @Nested
    @Tag("slow")
    class DeadLetters extends DeadLettersTest {}

    @Nested
    @Tag("slow")
    class HostileInput extends HostileInputTest {}

    @Nested
    @Tag("slow")
    class Keys extends KeysTest {}

    @Nested
    @Tag("slow")
    class Outages extends OutagesTest {}

    @Nested
    @Tag("slow")
    class Schedules extends SchedulesTest {}

    @Nested
    @Tag("slow")
    class Templates extends TemplatesTest {}

    @Nested
    @Tag("slow")
    class Users extends UsersTest {}
}
