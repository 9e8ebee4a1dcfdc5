package io.herald.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal terminal(boolean live) {
        return new Terminal(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                live);
    }

    private String shown() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void await(String text) throws InterruptedException {
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!shown().contains(text)) {
            assertThat(System.nanoTime()).as("shown: %s", shown()).isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void redraws_one_line_on_a_terminal_and_erases_it_in_the_end() throws InterruptedException {
        try (var progress = terminal(true).progress("Starting Postgres")) {
            await("\r\u001b[KStarting Postgres, 0 s");
            progress.now("Starting Kafka");
            await("\r\u001b[KStarting Kafka");
        }
        assertThat(shown()).endsWith("\r\u001b[K").doesNotContain("\n");
    }

    @Test
    void prints_line_after_line_without_one() throws InterruptedException {
        try (var progress =
                new Progress(terminal(false), "Starting Postgres", Duration.ofMillis(10))) {
            await("Starting Postgres, 0 s\n");
            progress.now("Starting Kafka");
            await("Starting Kafka, 0 s\n");
        }
        assertThat(shown()).doesNotContain("\r");
    }

    @Test
    void is_silent_about_what_is_soon_done_without_one() {
        try (var progress = terminal(false).progress("Starting Postgres")) {
            assertThat(progress.elapsed()).isLessThan(Duration.ofSeconds(10));
        }
        assertThat(shown()).isEmpty();
    }
}
