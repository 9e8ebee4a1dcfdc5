package io.herald.events;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DispatchRecordsTest {

    private static final String SCHEMA = "dispatch-record";

    @Test
    void what_is_encoded_is_decoded_to_the_same() throws UndecodableException {
        var record = record(object().put("order", "A-17").put("total", new BigDecimal("1.10")));

        assertThat(DispatchRecords.decode(DispatchRecords.encode(record))).isEqualTo(record);
    }

    @Test
    void a_record_without_metadata_and_trace_is_decoded_to_the_same() throws UndecodableException {
        var record = record(object(), null, null);

        assertThat(DispatchRecords.decode(DispatchRecords.encode(record))).isEqualTo(record);
    }

    @Test
    void what_is_encoded_follows_the_schema() {
        assertThat(Schemas.violations(SCHEMA, DispatchRecords.encode(record(object().put("a", 1)))))
                .isEmpty();
        assertThat(Schemas.violations(SCHEMA, DispatchRecords.encode(record(object(), null, null))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dispatch-record-1",
                "dispatch-record-1-minimal",
                "dispatch-record-1-direct",
                "dispatch-record-2",
                "dispatch-record-3"
            })
    void samples_of_every_version_follow_the_schema_and_are_read(String name)
            throws UndecodableException {
        var sample = Schemas.sample(name);

        assertThat(Schemas.violations(SCHEMA, sample)).isEmpty();
        // Written again, nothing of it is lost.
        assertThat(new String(DispatchRecords.encode(DispatchRecords.decode(sample)), UTF_8))
                .isEqualTo(new String(sample, UTF_8).strip());
    }

    @ParameterizedTest
    @CsvSource({
        "'\"to\":\"ada@example.com\",', The record has neither a field userId nor a field to.",
        "'\"content\":{\"email\":{\"subject\":\"Order {{order}}\",\"text\":\"It is on its way.\"}},', The record has neither a field template nor a field content."
    })
    void a_record_says_where_it_goes_and_what_it_says(String part, String message) {
        var sample =
                new String(Schemas.sample("dispatch-record-1-direct"), UTF_8)
                        .strip()
                        .replace("}}}", "}},\"last\":0}");
        assertThat(sample).contains(part);

        assertThatThrownBy(() -> DispatchRecords.decode(sample.replace(part, "").getBytes(UTF_8)))
                .isInstanceOf(UndecodableException.class)
                .hasMessage(message);
    }

    @Test
    void a_record_goes_to_a_user_or_to_an_address_and_not_to_both() {
        var sample = new String(Schemas.sample("dispatch-record-1"), UTF_8).strip();
        var both = sample.substring(0, sample.length() - 1) + ",\"to\":\"ada@example.com\"}";

        assertThatThrownBy(() -> DispatchRecords.decode(both.getBytes(UTF_8)))
                .hasMessage("The record has both a field userId and a field to.");
    }

    @Test
    void a_record_without_a_user_is_keyed_by_its_address() throws UndecodableException {
        var record = DispatchRecords.decode(Schemas.sample("dispatch-record-1-direct"));

        assertThat(new String(DispatchRecords.key(record), UTF_8))
                .isEqualTo("019ab3c0-0000-7000-8000-000000000001:ada@example.com");
    }

    @Test
    void fields_that_are_not_known_are_passed_over() throws UndecodableException {
        var sample = new String(Schemas.sample("dispatch-record-1"), UTF_8).strip();
        var newer = sample.substring(0, sample.length() - 1) + ",\"hue\":{\"deep\":[1]}}";

        assertThat(DispatchRecords.decode(newer.getBytes(UTF_8)))
                .isEqualTo(DispatchRecords.decode(sample.getBytes(UTF_8)));
    }

    @Test
    void a_channel_that_is_not_known_is_a_text_like_any_other() throws UndecodableException {
        var newer =
                new String(Schemas.sample("dispatch-record-1"), UTF_8)
                        .replace("\"channel\":\"email\"", "\"channel\":\"pigeon\"");

        assertThat(DispatchRecords.decode(newer.getBytes(UTF_8)).channel()).isEqualTo("pigeon");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "sequence",
                "attempt",
                "tenant",
                "channel",
                "lane",
                "templateVersion",
                "payload",
                "atMostOnce"
            })
    void a_record_without_a_field_is_refused_by_its_name(String field) {
        var without = DispatchRecordsTest.sampleWith(field, null);

        assertThatThrownBy(() -> DispatchRecords.decode(without))
                .isInstanceOf(UndecodableException.class)
                .hasMessage("The record has no field " + field + ".");
        assertThat(Schemas.violations(SCHEMA, without)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id              | \"1-1-1-1-1\"     | a UUID",
                "id              | 7                 | a text",
                "tenant          | \"herald\"        | a UUID",
                "sequence        | -1                | a whole number of 0 or more",
                "sequence        | 1.5               | a whole number of 0 or more",
                "sequence        | \"1\"             | a whole number of 0 or more",
                "sequence        | 99999999999       | a whole number of 0 or more",
                "attempt         | 0                 | a whole number of 1 or more",
                "templateVersion | 0                 | a whole number of 1 or more",
                "userId          | \"\"              | a text",
                "userId          | \"a\\u0000b\"     | a text of 1 to 128 printable characters",
                "channel         | []                | a text",
                "payload         | []                | an object",
                "payload         | \"text\"          | an object",
                "metadata        | 1                 | an object",
                "atMostOnce      | \"true\"          | true or false",
                "traceparent     | {}                | a text",
                "expiresAt       | \"tomorrow\"      | a time in UTC",
                "since           | 7                 | a text",
            })
    void a_field_of_the_wrong_kind_is_refused_by_its_name(
            String field, String value, String expected) {
        var wrong = sampleWith(field, value);

        assertThatThrownBy(() -> DispatchRecords.decode(wrong))
                .isInstanceOf(UndecodableException.class)
                .hasMessage("The record's field " + field + " is not " + expected + ".");
        assertThat(Schemas.violations(SCHEMA, wrong)).isNotEmpty();
    }

    @Test
    void a_user_id_that_is_too_long_is_refused() {
        var wrong = sampleWith("userId", "\"" + "a".repeat(129) + "\"");

        assertThatThrownBy(() -> DispatchRecords.decode(wrong))
                .hasMessageContaining("userId")
                .hasMessageNotContaining("aaa");
        assertThat(Schemas.violations(SCHEMA, wrong)).isNotEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "")
    void an_empty_record_is_refused(@Nullable String value) {
        assertThatThrownBy(
                        () -> DispatchRecords.decode(value == null ? null : value.getBytes(UTF_8)))
                .isInstanceOf(UndecodableException.class)
                .hasMessage("The record is empty.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "null", "17", "[]", "\"text\"", "{}{}", "{\"id\":}", "\u0000", "   "})
    void what_is_not_one_json_object_is_refused(String value) {
        assertThatThrownBy(() -> DispatchRecords.decode(value.getBytes(UTF_8)))
                .isInstanceOf(UndecodableException.class);
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused() {
        assertThatThrownBy(() ->
                        DispatchRecords.decode(new byte[] {'{', '"', (byte) 0xc3, 0x28, '"', '}'}))
                .isInstanceOf(UndecodableException.class);
        assertThatThrownBy(() -> DispatchRecords.decode("\ud800".getBytes(UTF_16BE)))
                .isInstanceOf(UndecodableException.class);
    }

    @Test
    void a_record_that_is_too_deep_is_refused() {
        var depth = 100_000;
        var deep = sampleWith("payload", "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}");

        assertThatThrownBy(() -> DispatchRecords.decode(deep))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("deeper than 1000 levels");
    }

    @Test
    void a_number_of_ten_thousand_digits_is_read() throws UndecodableException {
        var number = "1" + "0".repeat(9_999);

        var record = DispatchRecords.decode(sampleWith("payload", "{\"n\":" + number + "}"));

        assertThat(record.payload().get("n").asText()).isEqualTo(number);
    }

    @Test
    void a_payload_that_no_reader_would_take_is_not_written() {
        var payload = object();
        var innermost = payload;
        for (int depth = 0; depth < 1_000; depth++) {
            innermost = innermost.putObject("a");
        }

        assertThatThrownBy(() -> DispatchRecords.encode(record(payload)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_error_repeats_nothing_of_the_record() {
        assertThatThrownBy(
                        () -> DispatchRecords.decode("{\"userId\": secret-person}".getBytes(UTF_8)))
                .hasMessageStartingWith("The record is not JSON, at byte ")
                .hasMessageNotContaining("secret");
    }

    /** However it falls upon the ends of the pieces in which a long text is written. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "xx", "xé", "x€é"})
    void a_long_text_of_any_characters_is_as_long_as_its_utf_8(String start)
            throws UndecodableException {
        var text = start + "😀".repeat(20_000);
        var bytes = DispatchRecords.encode(record(object().put("text", text)));

        assertThat(DispatchRecords.decode(bytes).payload().path("text").textValue())
                .isEqualTo(text);
        assertThat(bytes.length - DispatchRecords.encode(record(object().put("text", ""))).length)
                .isEqualTo(text.getBytes(UTF_8).length);
    }

    @Test
    void the_key_is_the_tenant_and_the_user() {
        assertThat(new String(DispatchRecords.key(record(object())), UTF_8))
                .isEqualTo("019a8f00-0000-7000-8000-000000000001:ada");
    }

    @Test
    void the_key_tells_the_tenant() {
        var record = record(object());

        assertThat(DispatchRecords.tenantOf(DispatchRecords.key(record))).contains(record.tenant());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "ada",
                "019a8f00-0000-7000-8000-000000000001",
                "019a8f00-0000-7000-8000-000000000001-ada",
                "019a8f00-0000-7000-8000-00000000000x:ada",
                "019a8f00-0-7000-8000-0000000000000001:ada",
                "x019a8f00-0000-7000-8000-000000000001:ada",
            })
    void what_is_no_key_of_ours_tells_none(@Nullable String key) {
        assertThat(DispatchRecords.tenantOf(key == null ? null : key.getBytes(UTF_8))).isEmpty();
    }

    private static byte[] sampleWith(String field, @Nullable String value) {
        var sample = new String(Schemas.sample("dispatch-record-1"), UTF_8).strip();
        // Of two fields with one name the last counts, to our reader and to the schema's.
        return (value == null
                        ? sample.replace("\"" + field + "\":", "\"other-" + field + "\":")
                        : sample.substring(0, sample.length() - 1)
                                + ",\""
                                + field
                                + "\":"
                                + value
                                + "}")
                .getBytes(UTF_8);
    }

    private static DispatchRecord record(ObjectNode payload) {
        return record(
                payload,
                object().put("cart", "9"),
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    }

    private static DispatchRecord record(
            ObjectNode payload, @Nullable ObjectNode metadata, @Nullable String traceparent) {
        return new DispatchRecord(
                UUID.fromString("019a8f3c-5e00-7abc-8def-0123456789ab"),
                0,
                1,
                UUID.fromString("019a8f00-0000-7000-8000-000000000001"),
                "ada",
                "email",
                "email",
                "order-shipped",
                3,
                payload,
                metadata,
                false,
                traceparent,
                null,
                null,
                null,
                null,
                0);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
