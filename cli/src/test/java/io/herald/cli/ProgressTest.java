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
    void prints_a_line_every_ten_seconds_without_one() throws InterruptedException {
        try (var _ = terminal(false).progress("Starting Postgres")) {
            await("Starting Postgres, 10 s\n");
        }
        assertThat(shown()).isEqualTo("Starting Postgres, 10 s\n");
    }
}
