package io.herald.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@link DispatchRecord} as bytes and back; the schema is {@code dispatch-record.schema.json}.
 *
 * <p>Records of every version stay readable, in both directions: a field may be added, and a reader
 * that does not know it passes over it; a field added later is optional to the reader. So there is
 * no version number in a record: nobody would read it. What cannot be said that way goes on another
 * topic.
 */
public final class DispatchRecords {

    /** Of objects and arrays within each other; deeper records are refused, here and by readers. */
    public static final int MAX_DEPTH = 1_000;

    // A payload may have been through a database that writes 1e9999 out in full.
    private static final int LONGEST_NUMBER = 150_000;

    // Of a record in bytes, to begin with.
    private static final int USUAL_BYTES = 512;

    private static final int MAX_USER_ID_LENGTH = 128;

    // Of a UUID in its canonical form.
    private static final int TENANT_LENGTH = 36;

    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(LONGEST_NUMBER)
                                                    .build())
                                    // An error message must not repeat the record.
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    // Else an emoji has twelve bytes, and not the four that were
                                    // counted when it was accepted.
                                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    // A payload's numbers are the tenant's: 1.10 stays 1.10.
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private DispatchRecords() {}

    /**
     * @throws IllegalArgumentException when the payload or the metadata is too deep for a reader
     */
    public static byte[] encode(DispatchRecord record) {
        var bytes = new ByteArrayOutputStream(USUAL_BYTES);
        // Field by field, as a tree of its own would cost as much again.
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", record.id().toString());
            json.writeNumberField("sequence", record.sequence());
            json.writeNumberField("attempt", record.attempt());
            json.writeStringField("tenant", record.tenant().toString());
            writeIfAny(json, "userId", record.userId());
            json.writeStringField("channel", record.channel());
            json.writeStringField("lane", record.lane());
            writeIfAny(json, "template", record.template());
            if (record.templateVersion() != null) {
                json.writeNumberField("templateVersion", record.templateVersion());
            }
            json.writeObjectField("payload", record.payload());
            writeIfAny(json, "metadata", record.metadata());
            json.writeBooleanField("atMostOnce", record.atMostOnce());
            writeIfAny(json, "traceparent", record.traceparent());
            writeIfAny(json, "to", record.to());
            writeIfAny(json, "content", record.content());
            writeIfAny(json, "expiresAt", record.expiresAt());
            writeIfAny(json, "since", record.since());
            if (record.attemptsBefore() > 0) {
                json.writeNumberField("attemptsBefore", record.attemptsBefore());
            }
            if (record.relayed()) {
                json.writeBooleanField("relayed", true);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw unwritable(e);
        }
        return bytes.toByteArray();
    }

    private static void writeIfAny(JsonGenerator json, String name, @Nullable String value)
            throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static void writeIfAny(JsonGenerator json, String name, @Nullable Instant value)
            throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }

    private static void writeIfAny(JsonGenerator json, String name, @Nullable JsonNode value)
            throws IOException {
        if (value != null) {
            json.writeObjectField(name, value);
        }
    }

    /**
     * What a record is keyed by, so that one person's notifications keep their order on a lane: the
     * tenant's id, a colon and the user's id, or the contact point where there is no user, in
     * UTF-8.
     */
    public static byte[] key(DispatchRecord record) {
        var person = record.userId() == null ? record.to() : record.userId();
        return (record.tenant() + ":" + person).getBytes(UTF_8);
    }

    /**
     * The tenant that a record's key names; empty when it is no key that {@link #key} makes.
     *
     * @param key a Kafka record's key, or null as one without has it
     */
    public static Optional<UUID> tenantOf(byte @Nullable [] key) {
        if (key == null || key.length <= TENANT_LENGTH || key[TENANT_LENGTH] != ':') {
            return Optional.empty();
        }
        return uuid(new String(key, 0, TENANT_LENGTH, UTF_8));
    }

    private static Optional<UUID> uuid(String text) {
        try {
            var id = UUID.fromString(text);
            // UUID.fromString also takes shortened groups.
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /**
     * @param value a Kafka record's value, or null as a tombstone has it
     * @throws UndecodableException for anything that is not a record. Channel, lane and template
     *     are not looked up: they are texts here
     */
    public static DispatchRecord decode(byte @Nullable [] value) throws UndecodableException {
        if (value == null || value.length == 0) {
            throw new UndecodableException("The record is empty.");
        }
        var fields = new Fields(parse(value));
        fields.oneOf("userId", "to");
        fields.oneOf("template", "content");
        return new DispatchRecord(
                fields.uuid("id"),
                fields.wholeNumber("sequence", 0),
                fields.wholeNumber("attempt", 1),
                fields.uuid("tenant"),
                fields.userIdOrNull("userId"),
                fields.text("channel"),
                fields.text("lane"),
                fields.textOrNull("template"),
                fields.has("template") ? fields.wholeNumber("templateVersion", 1) : null,
                fields.object("payload"),
                fields.objectOrNull("metadata"),
                fields.flag("atMostOnce"),
                fields.textOrNull("traceparent"),
                fields.textOrNull("to"),
                fields.objectOrNull("content"),
                fields.timeOrNull("expiresAt"),
                fields.timeOrNull("since"),
                fields.has("attemptsBefore") ? fields.wholeNumber("attemptsBefore", 0) : 0,
                fields.has("relayed") && fields.flag("relayed"));
    }

    static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw unwritable(e);
        }
    }

    private static IllegalArgumentException unwritable(IOException e) {
        return new IllegalArgumentException(
                e instanceof StreamConstraintsException
                        ? "nested too deeply"
                        : "cannot be written as JSON",
                e);
    }

    private static ObjectNode parse(byte[] value) throws UndecodableException {
        try {
            if (JSON.readTree(value) instanceof ObjectNode object) {
                return object;
            }
            throw new UndecodableException("The record is JSON, but not an object.");
        } catch (StreamConstraintsException e) {
            throw new UndecodableException(
                    "The record is beyond what is read: deeper than "
                            + MAX_DEPTH
                            + " levels, or with a name, number or text that is too long.");
        } catch (JsonProcessingException e) {
            var location = e.getLocation();
            throw new UndecodableException(
                    location == null
                            ? "The record is not JSON."
                            : "The record is not JSON, at byte " + location.getByteOffset() + ".");
        } catch (IOException e) {
            // Text that is not UTF-8 comes as a plain IOException.
            throw new UndecodableException("The record is not text in UTF-8.");
        }
    }

    /** Reads the fields of a record, each with a sentence for what may be wrong with it. */
    private record Fields(ObjectNode json) {

        UUID uuid(String name) throws UndecodableException {
            return DispatchRecords.uuid(text(name)).orElseThrow(() -> wrong(name, "a UUID"));
        }

        int wholeNumber(String name, int least) throws UndecodableException {
            var value = required(name);
            if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= least) {
                return value.intValue();
            }
            throw wrong(name, "a whole number of " + least + " or more");
        }

        boolean has(String name) {
            return json.hasNonNull(name);
        }

        void oneOf(String one, String other) throws UndecodableException {
            if (!has(one) && !has(other)) {
                throw new UndecodableException(
                        "The record has neither a field " + one + " nor a field " + other + ".");
            }
            if (has(one) && has(other)) {
                throw new UndecodableException(
                        "The record has both a field " + one + " and a field " + other + ".");
            }
        }

        @Nullable String userIdOrNull(String name) throws UndecodableException {
            var text = textOrNull(name);
            if (text != null
                    && (text.length() > MAX_USER_ID_LENGTH
                            || text.chars().anyMatch(Character::isISOControl))) {
                throw wrong(name, "a text of 1 to 128 printable characters");
            }
            return text;
        }

        String text(String name) throws UndecodableException {
            var text = textOrNull(name);
            if (text == null) {
                throw missing(name);
            }
            return text;
        }

        @Nullable String textOrNull(String name) throws UndecodableException {
            var value = json.get(name);
            if (value == null || value.isNull()) {
                return null;
            }
            if (value.isTextual() && !value.textValue().isEmpty()) {
                return value.textValue();
            }
            throw wrong(name, "a text");
        }

        @Nullable Instant timeOrNull(String name) throws UndecodableException {
            var text = textOrNull(name);
            try {
                return text == null ? null : Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw wrong(name, "a time in UTC");
            }
        }

        JsonNode object(String name) throws UndecodableException {
            var object = objectOrNull(name);
            if (object == null) {
                throw missing(name);
            }
            return object;
        }

        @Nullable JsonNode objectOrNull(String name) throws UndecodableException {
            var value = json.get(name);
            if (value == null || value.isNull()) {
                return null;
            }
            if (value.isObject()) {
                return value;
            }
            throw wrong(name, "an object");
        }

        boolean flag(String name) throws UndecodableException {
            var value = required(name);
            if (value.isBoolean()) {
                return value.booleanValue();
            }
            throw wrong(name, "true or false");
        }

        private JsonNode required(String name) throws UndecodableException {
            var value = json.get(name);
            if (value == null || value.isNull()) {
                throw missing(name);
            }
            return value;
        }

        private static UndecodableException missing(String name) {
            return new UndecodableException("The record has no field " + name + ".");
        }

        private static UndecodableException wrong(String name, String expected) {
            return new UndecodableException(
                    "The record's field " + name + " is not " + expected + ".");
        }
    }
}
