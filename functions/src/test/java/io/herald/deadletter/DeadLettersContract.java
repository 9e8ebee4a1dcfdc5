package io.herald.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link DeadLetters} keeps to. */
public abstract class DeadLettersContract {

    protected abstract Store store();

    /** All that is kept, in the order of topic, partition and offset; there is no port for it. */
    protected abstract List<UndecodableRecord> kept();

    @Test
    void a_record_is_kept_byte_for_byte_with_its_cause() {
        var value = new byte[256];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) i;
        }

        store().deadLetters().keep(List.of(record(7, value, Samples.ODD_TEXT)));

        assertThat(kept())
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.topic()).isEqualTo("herald.email");
                    assertThat(record.partition()).isEqualTo(3);
                    assertThat(record.offset()).isEqualTo(7);
                    assertThat(record.value()).isEqualTo(value);
                    assertThat(record.cause()).isEqualTo(Samples.ODD_TEXT);
                    assertThat(record.at()).isEqualTo(Store.START);
                });
    }

    @Test
    void one_that_is_kept_already_stays_as_it_is() {
        store().deadLetters().keep(List.of(record(1, "first".getBytes(UTF_8), "first")));

        store().deadLetters()
                .keep(
                        List.of(
                                record(1, new byte[0], "again"),
                                record(Long.MAX_VALUE, new byte[0], "other\0"),
                                record(Long.MAX_VALUE, new byte[0], "twice")));
        store().deadLetters().keep(List.of());

        assertThat(kept().stream().map(UndecodableRecord::cause)).containsExactly("first", "other");
    }

    private static UndecodableRecord record(long offset, byte[] value, String cause) {
        return new UndecodableRecord("herald.email", 3, offset, value, cause, Store.START);
    }
}
