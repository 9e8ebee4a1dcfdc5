package io.herald.local.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the processes of functions when the one that started them is no more. */
@Timeout(60)
class OrphansTest {

    @TempDir Path folder;

    @Test
    void none_outlives_the_process_that_started_it_even_while_it_works() throws Exception {
        var parent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                FunctionOfAnotherJvm.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var output = parent.inputReader()) {
            var child = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
            assertThat(child.info().command()).isPresent();

            parent.destroyForcibly();

            // Not isAlive, which is true for ever where process 1 does not collect the dead.
            var ends = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (child.info().command().isPresent()) {
                assertThat(System.nanoTime() - ends).as("the child goes on").isNegative();
                LockSupport.parkNanos(10_000_000);
            }
        } finally {
            parent.destroyForcibly();
        }
    }
}
