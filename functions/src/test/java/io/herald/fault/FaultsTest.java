package io.herald.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultsTest {

    @Test
    void a_fault_is_told_without_its_messages() {
        var fault =
                new IllegalStateException(
                        "ada@example.com", new IllegalArgumentException("Key (email)=(ada)"));

        assertThat(Faults.trace(fault))
                .contains(
                        "java.lang.IllegalStateException",
                        "caused by java.lang.IllegalArgumentException",
                        "a_fault_is_told_without_its_messages")
                .doesNotContain("ada@", "(ada)");
    }

    @Test
    void a_message_that_quotes_nothing_is_told() {
        var fault = new IllegalStateException("ada@example.com", new Untaken());

        assertThat(Faults.trace(fault)).contains("$Untaken: it is not taken").doesNotContain("ada");
    }

    private static final class Untaken extends RuntimeException implements Tellable {
        private static final long serialVersionUID = 1L;

        private Untaken() {
            super("it is not taken");
        }
    }
}
